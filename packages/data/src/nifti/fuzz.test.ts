import { gzipSync } from "node:zlib";
import { isSsl3dError } from "@ssl3d/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVolume } from "../volume/volume.js";
import { readNifti } from "./read-nifti.js";
import { writeNifti } from "./write-nifti.js";

const volume = createVolume({ voxels: Int16Array.from({ length: 120 }, (_, at) => at * 31), size: [3, 4, 5], channels: 2 });
const plain = await writeNifti(volume, { compress: false });

/** Changed bytes (mostly in the header), then cut or extended. */
const mutation = fc.record({
  edits: fc.array(fc.tuple(fc.oneof(fc.nat(351), fc.nat(plain.length - 1)), fc.oneof(fc.constantFrom(0, 1, 127, 128, 255), fc.nat(255))), { maxLength: 6 }),
  cut: fc.option(fc.nat(plain.length), { freq: 3 }),
});

function mutate(bytes: Uint8Array, { edits, cut }: { edits: [number, number][]; cut: number | null }): Uint8Array {
  const result = bytes.slice(0, cut ?? bytes.length);
  for (const [at, value] of edits) if (at < result.length) result[at] = value;
  return result;
}

/** Either a volume no larger than its file allows, or a coded error. */
async function readsOrExplains(bytes: Uint8Array): Promise<void> {
  try {
    const { voxels, size, channels } = await readNifti(bytes, { file: "fuzz.nii" });
    expect(voxels.length).toBe(size.reduce((product, side) => product * side, channels));
    expect(voxels.length).toBeLessThanOrEqual(bytes.length * 1032);
  } catch (error) {
    if (!isSsl3dError(error)) throw error;
    expect(error.message).toContain("fuzz.nii");
  }
}

describe("readNifti on mutated files", () => {
  it("reads or explains plain files", async () => {
    await fc.assert(fc.asyncProperty(mutation, (change) => readsOrExplains(mutate(plain, change))), { numRuns: 4000 });
  });

  it("reads or explains packed files with a mutated content", async () => {
    await fc.assert(fc.asyncProperty(mutation, (change) => readsOrExplains(gzipSync(mutate(plain, change), { level: 1 }))), { numRuns: 700 });
  });

  it("reads or explains mutated packed files", async () => {
    const packed = gzipSync(plain);
    await fc.assert(fc.asyncProperty(mutation, (change) => readsOrExplains(mutate(packed, change))), { numRuns: 1000 });
  });
});
