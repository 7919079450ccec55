import { arraysUnder, readWeights } from "@ssl3d/core";
import { diskCheckpoints, discoverPlugins, loadTask, readTasks } from "@ssl3d/node";
import * as tf from "@tensorflow/tfjs-core";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, tinyPretrain, writeBytes, writeCase } from "./testing/command.js";
import { PACKAGE_FOLDER } from "./version.js";

const rpl = { widths: [4], patchesPerSide: 2, patchJitter: 0 };
const MIX = [{ name: "rotation", options: { widths: [4] } }, { name: "rpl", weight: 0.5, options: rpl }, { name: "rotation", options: { widths: [3] } }];

let folder = "";
beforeAll(async () => {
  vi.stubEnv("SSL3D_ENGINE", "cpu");
  folder = await mkdtemp(join(tmpdir(), "ssl3d-tasks-"));
  for (const id of ["a", "b"]) await writeCase(join(folder, "scans"), id);
  for (const [output, change] of Object.entries({ one: {}, mix: { task: MIX } })) {
    await writeBytes(join(folder, `${output}.json`), JSON.stringify({ ...tinyPretrain(2), probe: null, workers: 0, output, ...change }));
    expect((await call(folder, "pretrain", `${output}.json`)).code).toBe(0);
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** What the run's last checkpoint holds of a task's weights. */
async function trained(run: string, prefix: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const saved = await diskCheckpoints(join(folder, run, "checkpoints")).loadLatest();
  return Object.fromEntries([...arraysUnder(prefix, saved!.checkpoint.weights)].map(([name, { data }]) => [name, [...data]]));
}

async function loaded(run: string, key?: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const { plugins } = await discoverPlugins({ cwd: folder, bundled: [PACKAGE_FOLDER] });
  const { trainable, encoder } = await loadTask(join(folder, run), plugins, key);
  const arrays = await readWeights(trainable.weights);
  const copies = Object.fromEntries([...arrays].map(([name, { data }]) => [name, [...data]]));
  trainable.dispose();
  encoder.dispose();
  return copies;
}

describe("the task folder of a pretraining run", () => {
  it("brings back the layers of the task as they were trained", async () => {
    const tensors = tf.memory().numTensors;
    const [stored] = await readTasks(join(folder, "one"));
    expect(stored).toMatchObject({ package: "@ssl3d/task-rotation", name: "rotation", key: "rotation", inputSize: [8, 8, 8], options: { widths: [4] } });
    const weights = await loaded("one");
    expect(weights["classes/kernel"]).toHaveLength(40);
    expect(weights).toEqual(await trained("one", "head/"));
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("holds one folder for each task of a mix", async () => {
    expect((await readTasks(join(folder, "mix"))).map(({ key, name }) => [key, name])).toEqual([
      ["rotation", "rotation"],
      ["rotation-2", "rotation"],
      ["rpl", "rpl"],
    ]);
    for (const [key, name] of [["rotation", "rotation"], ["rotation-2", "rotation 2"], ["rpl", "rpl"]] as const)
      expect(await loaded("mix", key)).toEqual(await trained("mix", `head/${name}/`));
    await expect(loaded("mix")).rejects.toMatchObject({ code: "SSL3D_TASK_NOT_FOUND", facts: { found: ["rotation", "rotation-2", "rpl"] } });
    await expect(loaded("mix", "jigsaw")).rejects.toThrow('holds no layers of a proxy task "jigsaw", but of rotation, rotation-2, rpl');
    await expect(loaded("scans")).rejects.toThrow("task/task.json is missing");
  });

  it("is damaged where its weights were changed, and says which file", async () => {
    await writeBytes(join(folder, "one", "task", "weights.safetensors"), "changed");
    const tensors = tf.memory().numTensors;
    await expect(loaded("one")).rejects.toMatchObject({ code: "SSL3D_HASH_MISMATCH", message: expect.stringContaining(join("task", "weights.safetensors")) as string });
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
