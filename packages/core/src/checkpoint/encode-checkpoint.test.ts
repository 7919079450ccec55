import { describe, expect, it } from "vitest";
import { isSsl3dError } from "../errors.js";
import { trainingOptions } from "../train/options.js";
import type { Checkpoint } from "./checkpoint.js";
import { decodeCheckpoint, encodeCheckpoint, type CheckpointFiles } from "./encode-checkpoint.js";
import { sha256 } from "./hash.js";
import { MemoryCheckpointStore } from "./memory-store.js";

const CHECKPOINT: Checkpoint = {
  state: {
    format: 1,
    step: 12,
    optimizer: { name: "adam", iterations: 7 },
    encoderFrozen: false,
    validationDue: true,
    seed: "1/training",
    options: trainingOptions.parse({ freezeEncoder: "always" }),
    plugins: { task: "@ssl3d/task-toy:toy" },
  },
  weights: new Map([["encoder/kernel", { data: Float32Array.of(1, 2), shape: [2] }]]),
  optimizer: new Map([["m/encoder/kernel", { data: Float32Array.of(3, 4), shape: [2] }]]),
};

async function codeOf(files: CheckpointFiles): Promise<{ code: string; message: string }> {
  try {
    await decodeCheckpoint(files, "checkpoints/step-12");
  } catch (error) {
    if (isSsl3dError(error)) return error;
    throw error;
  }
  throw new Error("The checkpoint was accepted.");
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("encodeCheckpoint", () => {
  it("is read back as it was", async () => {
    expect(await decodeCheckpoint(await encodeCheckpoint(CHECKPOINT), "test")).toEqual(CHECKPOINT);
  });

  it("writes a state.json that people can read and that vouches for the tensors", async () => {
    const files = await encodeCheckpoint(CHECKPOINT);
    const state = JSON.parse(text(files["state.json"])) as Record<string, unknown>;
    expect(state).toMatchObject({ step: 12, plugins: { task: "@ssl3d/task-toy:toy" } });
    expect(state["sha256"]).toEqual({
      "weights.safetensors": await sha256(files["weights.safetensors"]),
      "optimizer.safetensors": await sha256(files["optimizer.safetensors"]),
    });
  });

  it("refuses files that are damaged or do not belong together", async () => {
    const files = await encodeCheckpoint(CHECKPOINT);
    const weights = files["weights.safetensors"].slice();
    weights[weights.length - 1]! ^= 1;
    const changed = await codeOf({ ...files, "weights.safetensors": weights });
    expect(changed.code).toBe("SSL3D_CHECKPOINT_INVALID");
    expect(changed.message).toContain("checkpoints/step-12 cannot be used: weights.safetensors has the SHA-256 sum");
    expect((await codeOf({ ...files, "optimizer.safetensors": new Uint8Array(0) })).message).toContain(
      "optimizer.safetensors"
    );
    const state = (replace: (json: string) => string) => ({
      ...files,
      "state.json": new TextEncoder().encode(replace(text(files["state.json"]))),
    });
    expect((await codeOf(state((json) => json.slice(0, 40)))).message).toContain("state.json is not JSON");
    expect((await codeOf(state((json) => json.replace('"format": 1', '"format": 2')))).message).toContain("format");
    expect((await codeOf(state((json) => json.replace('"step": 12', '"step": -1')))).message).toContain("step");
    expect((await codeOf(state((json) => json.replaceAll('"adam"', '"eve"')))).code).toBe("SSL3D_CHECKPOINT_INVALID");
  });
});

describe("sha256", () => {
  it("gives the sum of the standard's example", async () => {
    const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(await sha256(new TextEncoder().encode("abc"))).toBe(expected);
  });
});

describe("MemoryCheckpointStore", () => {
  it("keeps the latest", async () => {
    const store = new MemoryCheckpointStore();
    expect(await store.loadLatest()).toBeUndefined();
    await store.save({ ...CHECKPOINT, state: { ...CHECKPOINT.state, step: 11 } });
    expect(await store.save(CHECKPOINT)).toBe("memory:step-12");
    expect(await store.loadLatest()).toEqual({ location: "memory:step-12", checkpoint: CHECKPOINT });
  });
});
