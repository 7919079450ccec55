import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toWorld } from "../volume/affine.js";
import { createVolume, voxelCount } from "../volume/volume.js";
import { backgroundOf, cropToForeground, foregroundBox } from "./foreground.js";
import { restoreGeometry } from "./resample-onto.js";
import { cropOrPad, extractWindow, padToSize } from "./window.js";

const affine = [0, 2, 0, 5, 1, 0, 0, -3, 0, 0, -4, 8, 0, 0, 0, 1];
const numbered = (size: number[]): ReturnType<typeof createVolume<Int16Array>> =>
  createVolume({ voxels: Int16Array.from({ length: voxelCount(size) }, (_, at) => at + 1), size, affine });

describe("extractWindow", () => {
  it("agrees with reading voxel by voxel, inside and beyond the volume", () => {
    const sides = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
    const starts = fc.tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: -6, max: 6 }), fc.integer({ min: -6, max: 6 }));
    fc.assert(
      fc.property(sides, sides, starts, (size, window, start) => {
        const volume = numbered(size);
        const result = extractWindow(volume, start, window, -1);
        const expected = new Int16Array(result.voxels.length);
        let at = 0;
        for (let k = 0; k < window[0]; k++) {
          for (let j = 0; j < window[1]; j++) {
            for (let i = 0; i < window[2]; i++) {
              const [z, y, x] = [k + start[0], j + start[1], i + start[2]];
              const inside = z >= 0 && y >= 0 && x >= 0 && z < size[0] && y < size[1] && x < size[2];
              expected[at++] = inside ? volume.voxels[(z * size[1] + y) * size[2] + x]! : -1;
            }
          }
        }
        expect(result.voxels).toEqual(expected);
        expect(toWorld(result.affine, [0, 0, 0])).toEqual(toWorld(affine, [start[2], start[1], start[0]]));
      }),
    );
  });

  it("crops or pads around the centre, and goes back", () => {
    expect([...cropOrPad(createVolume({ voxels: Uint8Array.of(1, 2, 3, 4), size: [1, 4] }), [1, 3]).voxels]).toEqual([1, 2, 3]);
    expect([...cropOrPad(createVolume({ voxels: Uint8Array.of(1, 2), size: [1, 2] }), [1, 5], 9).voxels]).toEqual([9, 1, 2, 9, 9]);
    const volume = numbered([2, 3, 4]);
    expect(restoreGeometry(cropOrPad(volume, [5, 6, 9]), volume)).toEqual(volume);
    const cropped = restoreGeometry(cropOrPad(volume, [2, 1, 4]), volume);
    expect([...cropped.voxels]).toEqual([...volume.voxels].map((value, at) => (Math.floor(at / 4) % 3 === 1 ? value : 0)));
    expect(padToSize(volume, [1, 3, 4])).toBe(volume);
    expect(padToSize(volume, [1, 5, 4]).size).toEqual([2, 5, 4]);
  });

  it("pads each channel with its own value", () => {
    const volume = createVolume({ voxels: Uint8Array.of(1, 2), size: [1, 1, 1], channels: 2 });
    expect([...cropOrPad(volume, [1, 1, 2], [7, 8]).voxels]).toEqual([1, 2, 7, 8]);
  });
});

describe("foreground", () => {
  const empty = (): ReturnType<typeof createVolume<Float32Array>> => createVolume({ voxels: new Float32Array(6 * 6 * 6).fill(-3), size: [6, 6, 6] });

  it("reaches to the last slice and row that hold something", () => {
    const volume = empty();
    volume.voxels[(2 * 6 + 3) * 6 + 5] = 0; // [2, 3, 5]: the last column
    volume.voxels[(5 * 6 + 4) * 6 + 1] = -4; // [5, 4, 1]: the last slice, below the background
    expect(foregroundBox(volume)).toEqual({ start: [2, 3, 1], size: [4, 2, 5] });
    expect(foregroundBox(volume, 1)).toEqual({ start: [1, 2, 0], size: [5, 4, 6] });
    const cropped = cropToForeground(volume);
    expect(cropped.size).toEqual([4, 2, 5]);
    expect(cropped.voxels[4]).toBe(0);
    expect(cropped.voxels.at(-5)).toBe(-4);
    expect(cropped.voxels.filter((value) => value === -3).length).toBe(38);
  });

  it("leaves a volume of nothing but background whole", () => {
    expect(foregroundBox(empty(), 2)).toEqual({ start: [0, 0, 0], size: [6, 6, 6] });
  });

  it("takes the background from the corners, per channel", () => {
    const volume = createVolume({ voxels: new Int16Array(4 * 4 * 4 * 2).map((_, at) => (at % 2 ? -1024 : 5)), size: [4, 4, 4], channels: 2 });
    volume.voxels[0] = 17;
    expect(backgroundOf(volume)).toEqual([5, -1024]);
    expect(backgroundOf(createVolume({ voxels: Uint8Array.of(3, 9, 9, 3, 1, 3, 3, 3, 3), size: [3, 3] }))).toEqual([3]);
  });
});
