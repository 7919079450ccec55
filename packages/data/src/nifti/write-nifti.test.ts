import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVolume } from "../volume/volume.js";
import { allocateVoxels, VOXEL_TYPES, type VoxelType } from "../volume/voxel-type.js";
import { readNifti, readNiftiHeader } from "./read-nifti.js";
import { rotationFromQuaternion } from "./quaternion.js";
import { writeNifti } from "./write-nifti.js";

const types = Object.keys(VOXEL_TYPES) as VoxelType[];
const length = fc.integer({ min: 1, max: 5 });
const f32 = (min: number, max: number): fc.Arbitrary<number> => fc.float({ min, max, noNaN: true });

/** Affines of any rotation, spacing, handedness and origin. */
const affine = fc
  .record({
    quaternion: fc.tuple(f32(-1, 1), f32(-1, 1), f32(-1, 1)).filter((q) => Math.hypot(...q) <= 1),
    spacing: fc.tuple(f32(0.25, 8), f32(0.25, 8), f32(0.25, 8)),
    flip: fc.constantFrom(1, -1),
    origin: fc.tuple(f32(-200, 200), f32(-200, 200), f32(-200, 200)),
  })
  .map(({ quaternion: [b, c, d], spacing, flip, origin }) => {
    const rotation = rotationFromQuaternion(b, c, d);
    const row = (at: number): number[] => [
      rotation[at * 3]! * spacing[0],
      rotation[at * 3 + 1]! * spacing[1],
      rotation[at * 3 + 2]! * spacing[2] * flip,
      origin[at]!,
    ];
    return [...row(0), ...row(1), ...row(2), 0, 0, 0, 1].map(Math.fround);
  });

describe("writeNifti", () => {
  it("gives back voxels, channels, affine and spacing", async () => {
    const cases = fc.record({ size: fc.tuple(length, length, length), channels: length, type: fc.constantFrom(...types), compress: fc.boolean(), affine });
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, channels, type, compress, affine }) => {
        const voxels = allocateVoxels(type, size[0] * size[1] * size[2] * channels).map((_, at) => (at * 7) % 120);
        const volume = createVolume({ id: "a", voxels, size, channels, affine });
        const back = await readNifti(await writeNifti(volume, { compress }), { id: "a" });
        expect(back).toEqual(volume);
      }),
      { numRuns: 100 },
    );
  });

  it("writes a qform that says the same as the sform", async () => {
    await fc.assert(
      fc.asyncProperty(affine, async (affine) => {
        const bytes = await writeNifti(createVolume({ voxels: new Uint8Array(8), size: [2, 2, 2], affine }), { compress: false });
        new DataView(bytes.buffer).setInt16(254, 0, true);
        const header = await readNiftiHeader(bytes);
        expect(header.affineSource).toBe("qform");
        header.affine.forEach((value, at) => expect(Math.abs(value - affine[at]!)).toBeLessThan(2e-4 * 8));
      }),
      { numRuns: 300 },
    );
  });

  it("leaves the qform out for a sheared grid", async () => {
    const affine = [1, 0.3, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const bytes = await writeNifti(createVolume({ voxels: new Uint8Array(1), size: [1, 1, 1], affine }), { compress: false });
    expect(new DataView(bytes.buffer).getInt16(252, true)).toBe(0);
    expect((await readNifti(bytes)).affine.map((value) => Math.round(value * 1e6) / 1e6)).toEqual(affine);
  });

  it("gives the same bytes for the same volume, without a time", async () => {
    const volume = createVolume({ voxels: Float32Array.from({ length: 4096 }, (_, at) => at % 91), size: [16, 16, 16] });
    const first = await writeNifti(volume);
    expect(await writeNifti(volume)).toEqual(first);
    expect([...first.slice(4, 10)]).toEqual([0, 0, 0, 0, first[8], 255]);
  });

  it("rounds to a whole-number format and refuses what does not fit it", async () => {
    const volume = createVolume({ id: "p", voxels: Float32Array.of(0.4, 2.6, -0.2, 255), size: [1, 1, 4] });
    expect((await readNifti(await writeNifti(volume, { type: "uint8" }))).voxels).toEqual(Uint8Array.of(0, 3, 0, 255));
    for (const value of [256, -1, NaN, Infinity]) {
      const bad = createVolume({ id: "p", voxels: Float32Array.of(value), size: [1, 1, 1] });
      await expect(writeNifti(bad, { type: "uint8" })).rejects.toMatchObject({ code: "SSL3D_NIFTI_WRITE" });
    }
    const long = createVolume({ voxels: new Uint8Array(32768), size: [1, 1, 32768] });
    await expect(writeNifti(long)).rejects.toMatchObject({ code: "SSL3D_NIFTI_WRITE" });
  });

  it("writes a 2D image as one slice", async () => {
    const image = createVolume({ voxels: Uint8Array.of(1, 2, 3, 4, 5, 6), size: [1, 3], channels: 2, spacing: [0.5, 0.25] });
    const back = await readNifti(await writeNifti(image));
    expect(back).toMatchObject({ size: [1, 1, 3], channels: 2, spacing: [1, 0.5, 0.25], voxels: image.voxels });
  });
});
