import { validate, trainingOptions, type Checkpoint } from "@ssl3d/core";
import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskCheckpoints } from "./disk-checkpoints.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-checkpoints-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function checkpoint(step: number): Checkpoint {
  return {
    state: {
      format: 1,
      step,
      optimizer: { name: "adam", iterations: step },
      encoderFrozen: false,
      validationDue: false,
      seed: "1/training",
      options: validate(trainingOptions, {}, "test"),
      plugins: {},
    },
    weights: new Map([["encoder/a", { data: Float32Array.of(step, 1), shape: [2] }]]),
    optimizer: new Map([["m/encoder/a", { data: Float32Array.of(0, 1), shape: [2] }]]),
  };
}

describe("diskCheckpoints", () => {
  it("gives back what was saved and keeps the last ones only", async () => {
    const store = diskCheckpoints(folder, { keep: 2 });
    expect(await store.loadLatest()).toBeUndefined();
    for (const step of [5, 10, 15]) await store.save(checkpoint(step));
    expect((await readdir(folder)).sort()).toEqual(["step-00000010", "step-00000015"]);
    const latest = await store.loadLatest();
    expect(latest?.checkpoint).toEqual(checkpoint(15));
    expect(latest?.location).toBe(join(folder, "step-00000015"));
  });

  it("finds the latest by its number, not by its name", async () => {
    const store = diskCheckpoints(folder);
    await store.save(checkpoint(9));
    await store.save(checkpoint(123));
    await rename(join(folder, "step-00000009"), join(folder, "step-9"));
    expect((await store.loadLatest())?.checkpoint.state.step).toBe(123);
  });

  it("refuses a damaged checkpoint and one with a file missing", async () => {
    const store = diskCheckpoints(folder);
    const location = await store.save(checkpoint(1));
    await writeFile(join(location, "weights.safetensors"), "damaged");
    await expect(store.loadLatest()).rejects.toMatchObject({ code: "SSL3D_CHECKPOINT_INVALID" });
    await rm(join(location, "weights.safetensors"));
    await expect(store.loadLatest()).rejects.toMatchObject({ code: "SSL3D_READ_FAILED" });
  });

  it("leaves the earlier checkpoint and nothing half-written on a full disk", async () => {
    await diskCheckpoints(folder).save(checkpoint(1));
    const full = diskCheckpoints(folder, {
      system: {
        async writeAndSync(path, data) {
          await writeFile(path, data.slice(0, 10));
          if (path.includes("optimizer")) throw Object.assign(new Error("full"), { code: "ENOSPC" });
        },
        rename,
      },
    });
    await expect(full.save(checkpoint(2))).rejects.toMatchObject({ code: "SSL3D_WRITE_FAILED", fault: "machine" });
    expect(await readdir(folder)).toEqual(["step-00000001"]);
    expect((await full.loadLatest())?.checkpoint.state.step).toBe(1);
  });
});
