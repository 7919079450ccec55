import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNpy } from "@ssl3d/data";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectClose } from "./compare.js";
import { openGoldenFolder } from "./golden-folder.js";
import { rotationLabels } from "./kinds/rotation.js";
import { runGolden, type GoldenTally } from "./run-golden.js";

let root: string;

// counter-clockwise quarter turns of a 2 x 2 image, written down by hand
const turns = [
  [1, 2, 3, 4],
  [2, 4, 1, 3],
  [4, 3, 2, 1],
  [3, 1, 4, 2],
];

async function writeRotation(name: string, results: readonly number[][]): Promise<void> {
  const identity = turns.map((_, row) => turns.map((_, column) => Number(row === column)));
  const write = (part: string, values: readonly number[], shape: number[]): Promise<void> =>
    writeFile(join(root, "preprocess", `${name}.${part}.npy`), writeNpy({ data: Float32Array.from(values), shape }));
  await write("in", turns[0] as number[], [2, 2, 1]);
  await write("out", results.flat(), [4, 2, 2, 1]);
  await write("y", identity.flat(), [4, 4]);
}

async function run(only?: string[]): Promise<{ lines: string[]; tally: GoldenTally }> {
  const lines: string[] = [];
  const tally = await runGolden(root, [rotationLabels], only, (line) => lines.push(line));
  return { lines, tally };
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ssl3d-golden-"));
  await mkdir(join(root, "preprocess"));
  await writeRotation("rotation2d", turns);
  await writeFile(join(root, "inventory.json"), "{}");
});

afterAll(async () => rm(root, { recursive: true }));

describe("runGolden", () => {
  it("finds cases by their files", async () => {
    const { lines, tally } = await run();
    expect(lines).toEqual(["passed rotation preprocess/rotation2d"]);
    expect(tally).toEqual({ passed: 1, failed: 0 });
  });

  it("fails a case with a wrong value, of whatever name, and says where", async () => {
    await writeRotation("rotation2d_other", [...turns.slice(0, 3), [3, 1, 2, 4]]);
    const { lines, tally } = await run();
    expect(tally).toEqual({ passed: 1, failed: 1 });
    expect(lines[1]).toBe("FAILED rotation preprocess/rotation2d_other: class 3: element 2 is 4, expected 2");
  });

  it("takes an image a class where there are several, and Python's numbers that are none", async () => {
    await writeRotation("rotation2d_other", turns);
    const write = (part: string, rows: readonly number[]): Promise<void> => {
      const data = Float32Array.from(rows.flatMap((row) => turns[row] as number[]));
      return writeFile(join(root, "preprocess", `rotation2d_other.${part}.npy`), writeNpy({ data, shape: [4, 2, 2, 1] }));
    };
    await write("in", [0, 3, 2, 1]);
    await write("out", [0, 0, 0, 0]);
    await writeFile(join(root, "scores.json"), '{"kappa": NaN, "said": "NaN, -Infinity"}');
    expect((await run(["rotation"])).lines).toEqual(["passed rotation preprocess/rotation2d", "passed rotation preprocess/rotation2d_other"]);
    const folder = await openGoldenFolder(root);
    expect(await folder.readJson("scores.json")).toEqual({ kappa: null, said: "NaN, -Infinity" });
    await rm(join(root, "scores.json"));
    await writeRotation("rotation2d_other", [...turns.slice(0, 3), [3, 1, 2, 4]]);
  });

  it("fails what no kind understands, unless only some kinds were asked for", async () => {
    await mkdir(join(root, "losses"));
    await writeFile(join(root, "losses", "mystery.json"), "{}");
    await writeFile(join(root, "losses", "mystery.x.npy"), writeNpy({ data: Float32Array.of(1), shape: [1] }));
    const { lines, tally } = await run();
    expect(tally.failed).toBe(2);
    expect(lines.at(-1)).toContain("FAILED unknown losses/mystery:");
    expect((await run(["rotation"])).tally).toEqual({ passed: 1, failed: 1 });
    expect((await run(["something-else"])).tally).toEqual({ passed: 0, failed: 0 });
  });
});

describe("expectClose", () => {
  const expected = { data: [100, 0.5], shape: [2] };

  it("measures against the largest magnitude of the array", () => {
    expect(() => expectClose("a", { data: [100, 0.509], shape: [2] }, expected)).not.toThrow();
    expect(() => expectClose("a", { data: [100, 0.511], shape: [2] }, expected)).toThrow("element 1 is 0.511, expected 0.5, 1.10e-4");
  });

  it("refuses NaN and other shapes", () => {
    expect(() => expectClose("a", { data: [NaN, 0.5], shape: [2] }, expected)).toThrow("element 0 is NaN");
    expect(() => expectClose("a", { data: [100, 0.5], shape: [2, 1] }, expected)).toThrow("expected shape [2], received [2, 1]");
  });
});
