import fc from "fast-check";
import { createRandom, type Volume } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { hideBlocks } from "./hide-blocks.js";

const cases = fc
  .record({
    size: fc.oneof(fc.tuple(fc.integer({ min: 5, max: 13 }), fc.integer({ min: 1, max: 13 })), fc.tuple(...[5, 1, 1].map((min) => fc.integer({ min, max: 9 })))),
    channels: fc.integer({ min: 1, max: 3 }),
    blockSize: fc.integer({ min: 1, max: 4 }),
    fraction: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    seed: fc.integer(),
  })
  .map((drawn) => ({ ...drawn, volume: noise(drawn.size, drawn.channels) }));

function noise(size: readonly number[], channels: number): Volume<Float32Array> {
  const random = createRandom("noise");
  const voxels = Float32Array.from({ length: size.reduce((a, b) => a * b, channels) }, () => random.normal(2));
  return { id: "noise", voxels, size, channels, spacing: size.map(() => 1), affine: [] };
}

/** The block of every voxel, as a text of its place in the grid. */
function blocksOf(size: readonly number[], blockSize: number): string[] {
  const count = size.reduce((a, b) => a * b, 1);
  return Array.from({ length: count }, (_, voxel) => {
    let rest = voxel;
    const place = [...size].reverse().map((length) => {
      const at = rest % length;
      rest = Math.floor(rest / length);
      return Math.floor(at / blockSize);
    });
    return place.join();
  });
}

describe("hideBlocks", () => {
  it("hides whole blocks, as many as were asked for", () => {
    fc.assert(
      fc.property(cases, ({ size, blockSize, fraction, seed, volume }) => {
        const { hidden } = hideBlocks(volume, blockSize, fraction, createRandom(seed));
        const blocks = blocksOf(size, blockSize);
        const all = new Set(blocks);
        const hiddenBlocks = new Set(blocks.filter((_, voxel) => hidden.data[voxel] === 1));
        const visibleBlocks = new Set(blocks.filter((_, voxel) => hidden.data[voxel] === 0));
        expect(hidden.shape).toEqual(size);
        expect(hiddenBlocks.size + visibleBlocks.size).toBe(all.size);
        expect(Math.abs(hiddenBlocks.size - fraction * all.size)).toBeLessThanOrEqual(1);
        expect(Math.min(hiddenBlocks.size, visibleBlocks.size)).toBeGreaterThan(0);
      }),
    );
  });

  it("leaves what is visible and puts the mean of it everywhere else", () => {
    fc.assert(
      fc.property(cases, ({ size, channels, blockSize, fraction, seed, volume }) => {
        const { image, hidden } = hideBlocks(volume, blockSize, fraction, createRandom(seed));
        expect(image.shape).toEqual([...size, channels]);
        for (let channel = 0; channel < channels; channel++) {
          const channelOf = (data: Float32Array): number[] => [...data].filter((_, at) => at % channels === channel);
          const [seen, was] = [channelOf(image.data), channelOf(volume.voxels)];
          const visible = was.filter((_, voxel) => hidden.data[voxel] === 0);
          const mean = visible.reduce((sum, value) => sum + value, 0) / visible.length;
          seen.forEach((value, voxel) => expect(value).toBe(hidden.data[voxel] === 0 ? was[voxel] : Math.fround(mean)));
        }
      }),
    );
  });

  it("hides every block about equally often", () => {
    const volume = noise([8, 8, 8], 1);
    const times = new Float64Array(8);
    for (let seed = 0; seed < 600; seed++) {
      const { hidden } = hideBlocks(volume, 4, 0.5, createRandom(seed));
      for (let block = 0; block < 8; block++) times[block]! += hidden.data[((block >> 2) * 64 + ((block >> 1) & 1) * 8 + (block & 1)) * 4]!;
    }
    for (const count of times) expect(Math.abs(count - 300)).toBeLessThan(60);
  });

  it("refuses an image of a single block", () => {
    expect(() => hideBlocks(noise([8, 8], 1), 8, 0.6, createRandom(0))).toThrow(
      "Expected volumes of at least two blocks of 8 voxels a side (option `blockSize`), received [8, 8].",
    );
  });
});
