import { createRandom } from "@ssl3d/core";
import { createVolume, readImage, writePng } from "@ssl3d/data";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, type Finished, writeBytes } from "./testing/command.js";

let folder = "";
const architecture = { name: "unet", options: { filters: 2, levels: 1 } };
const common = { architecture, training: { steps: 3 }, workers: 0, validationFraction: 0 };
const preprocessing = { orientation: null };

beforeAll(async () => {
  vi.stubEnv("SSL3D_ENGINE", "cpu");
  folder = await mkdtemp(join(tmpdir(), "ssl3d-images-"));
  const rows = ["id_code,diagnosis"];
  for (let eye = 0; eye < 8; eye++) {
    const grade = eye % 3;
    const random = createRandom(eye);
    const mask = Uint8Array.from({ length: 64 }, (_, at) => (at % 8 < 2 + grade ? 1 : 0));
    const image = Uint8Array.from({ length: 192 }, (_, at) => 40 + random.integer(0, 30) + 100 * mask[Math.floor(at / 3)]!);
    await writeBytes(join(folder, `eyes/eye.${eye}.png`), writePng(createVolume({ voxels: image, size: [8, 8], channels: 3 })));
    await writeBytes(join(folder, `masks/eye${eye}.png`), writePng(createVolume({ voxels: image, size: [8, 8], channels: 3 })));
    await writeBytes(join(folder, `masks/truth/eye${eye}.png`), writePng(createVolume({ voxels: mask, size: [8, 8] })));
    rows.push(`eye.${eye},${grade}`);
  }
  await writeBytes(join(folder, "eyes/train.csv"), rows.join("\n"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function done(...args: readonly string[]): Promise<Finished> {
  const finished = await call(folder, ...args);
  expect(finished.stderr).not.toMatch(/^Error/m);
  expect(finished.code).toBe(0);
  return finished;
}

interface Result {
  readonly evaluation: {
    readonly cases: readonly { readonly prediction: { readonly label: number; readonly truth: number } }[];
    readonly means: Record<string, { interval: number[] | null }>;
    readonly cohort: { readonly scores: Record<string, { value: number | null; interval: number[] | null }>; readonly confusion: { counts: number[][] } };
  };
}

describe("2D images", () => {
  it.each(["classification", "grading"])("are fine-tuned, scored and predicted by the head %s", async (head) => {
    const data = { path: "eyes", dataset: "image-table", testFraction: 0.5, preprocessing };
    await writeBytes(join(folder, `${head}.json`), JSON.stringify({ ...common, data, head: { name: head, options: { classes: 3, widths: [4] } }, output: head }));
    const { evaluation } = JSON.parse((await done("finetune", `${head}.json`, "--json")).stdout) as Result;
    expect(evaluation.cases).toHaveLength(4);
    const right = evaluation.cases.filter(({ prediction }) => prediction.label === prediction.truth).length;
    expect(evaluation.cohort.scores["accuracy"]?.value).toBe(right / 4);
    expect(evaluation.means["accuracy"]?.interval).toEqual(evaluation.cohort.scores["accuracy"]?.interval);
    expect(evaluation.cohort.confusion.counts.flat().reduce((a, b) => a + b, 0)).toBe(4);
    expect(Object.keys(evaluation.cohort.scores)).toContain(head === "grading" ? "quadraticKappa" : "auroc");
    const page = await readFile(join(folder, head, "report.html"), "utf8");
    expect(page).toContain("What was taken for what");

    const predicted = await done("predict", "--model", head, "--input", "eyes/eye.1.png", "--output", `${head}.answer.json`, "--json");
    const answer = JSON.parse(await readFile(join(folder, `${head}.answer.json`), "utf8")) as { id: string; probabilities: number[] };
    expect(JSON.parse(predicted.stdout)).toEqual(answer);
    expect(answer).toMatchObject({ id: "eye.1" });
    expect(answer.probabilities).toHaveLength(3);
    expect((await done("predict", "--model", head, "--input", "eyes/eye.1.png")).stdout).toMatch(/^eye\.1: /);
    const wrong = await call(folder, "predict", "--model", head, "--input", "eyes/eye.1.png", "--output", "x.nii.gz");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("SSL3D_PREDICT_OUTPUT") as string]);
  });

  it("are fine-tuned, scored and predicted as numbers by the head regression", async () => {
    const data = { path: "eyes", dataset: "image-table", testFraction: 0.5, preprocessing };
    const head = { name: "regression", options: { widths: [4], batchNorm: true, activation: "relu" } };
    await writeBytes(join(folder, "numbers.json"), JSON.stringify({ ...common, data, head, output: "numbers" }));
    const { evaluation } = JSON.parse((await done("finetune", "numbers.json", "--json")).stdout) as {
      evaluation: { cases: { prediction: { values: number[]; truth: number } }[]; cohort: Result["evaluation"]["cohort"] };
    };
    const errors = evaluation.cases.map(({ prediction: { values, truth } }) => Math.abs(values[0]! - truth));
    expect(evaluation.cohort.scores["meanAbsoluteError"]?.value).toBeCloseTo(errors.reduce((a, b) => a + b, 0) / 4, 6);
    expect(Object.keys(evaluation.cohort.scores)).toEqual(["meanAbsoluteError", "rootMeanSquaredError", "quadraticKappa"]);
    expect(await readFile(join(folder, "numbers", "report.html"), "utf8")).toContain("Mean absolute error");
    const answer = JSON.parse((await done("predict", "--model", "numbers", "--input", "eyes/eye.1.png", "--json")).stdout) as { label: number; values: number[] };
    expect(answer).toMatchObject({ id: "eye.1", label: Math.round(answer.values[0]!) });
    expect((await done("predict", "--model", "numbers", "--input", "eyes/eye.1.png")).stdout).toBe(`eye.1: ${answer.values[0]!.toFixed(3)}\n`);
  });

  it("show accuracy once, as a score of the test set", async () => {
    const data = { path: "eyes", dataset: "image-table", testFraction: 0.5, preprocessing };
    await writeBytes(join(folder, "shown.json"), JSON.stringify({ ...common, data, head: { name: "classification", options: { classes: 3 } }, output: "shown" }));
    const { stdout } = await done("finetune", "shown.json");
    expect(stdout).toMatch(/per case[^]*\nlogLoss [^]*test set[^]*\naccuracy /);
    expect(stdout.match(/^accuracy /gm)).toHaveLength(1);
  });

  it("tell a class that the head lacks before anything is trained, also where it is a test case's", async () => {
    const data = { path: "eyes", dataset: "image-table", testFraction: 0.9, preprocessing };
    await writeBytes(join(folder, "few.json"), JSON.stringify({ ...common, data, head: { name: "grading", options: { classes: 2 } }, output: "few" }));
    const { code, stderr } = await call(folder, "finetune", "few.json");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^Error SSL3D_CLASS_OUT_OF_RANGE: Case "eye\.\d": .* received 2 as the truth/) as string]);
    expect(existsSync(join(folder, "few"))).toBe(false);
  });

  it("are segmented, and their labels scored by ssl3d evaluate", async () => {
    const dataset = { name: "image-folder", options: { labels: "truth" } };
    const data = { path: "masks", dataset, testFraction: 0.25, preprocessing };
    const head = { name: "segmentation", options: { scores: ["dice", "nsd", "hd95"] } };
    await writeBytes(join(folder, "masks.json"), JSON.stringify({ ...common, data, head, output: "outlines" }));
    const { evaluation } = JSON.parse((await done("finetune", "masks.json", "--json")).stdout) as { evaluation: { cases: { id: string; scores: Record<string, number | null> }[] } };
    expect(Object.keys(evaluation.cases[0]!.scores)).toEqual(["1", "1 nsd", "1 hd95Mm"]);
    expect(await readFile(join(folder, "outlines", "report.html"), "utf8")).toContain("Normalised surface Dice");

    await done("predict", "--model", "outlines", "--input", "masks/eye1.png", "--output", "eye1.png");
    const labels = await readImage(await readFile(join(folder, "eye1.png")));
    expect(labels).toMatchObject({ size: [8, 8], channels: 1 });
    const [{ id, scores }] = evaluation.cases as [(typeof evaluation.cases)[number]];
    const { stdout } = await done("evaluate", "--prediction", `outlines/predictions/${id}.png`, "--truth", `masks/truth/${id}.png`, "--json");
    const { cases } = JSON.parse(stdout) as { cases: { regions: Record<string, { dice: number; hd95Mm: number | null }> }[] };
    expect(cases[0]?.regions["1"]?.dice).toBeCloseTo(scores["1"]!, 10);
    expect(cases[0]?.regions["1"]?.hd95Mm).toBe(scores["1 hd95Mm"]);
  });
});
