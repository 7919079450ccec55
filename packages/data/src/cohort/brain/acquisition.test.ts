import { createRandom } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { BufferPool } from "../fields/buffer-pool.js";
import { acquire } from "./acquisition.js";
import { brainCohortOptions } from "./brain-options.js";
import type { CaseGrid } from "./geometry.js";

const grid: CaseGrid = { size: [16, 16, 16], spacing: [4, 4, 4] };

describe("acquire", () => {
  const { acquisition } = brainCohortOptions.parse({});
  const quiet = {
    ...acquisition,
    gamma: [1, 1] as [number, number],
    biasField: [0, 0] as [number, number],
    blurVoxels: 0,
    sliceBlurVoxels: [0, 0] as [number, number],
    noise: [0, 0] as [number, number],
  };

  function scan(options: typeof acquisition): { painted: Float32Array; image: Float32Array; brain: Uint8Array } {
    const painted = Float32Array.from({ length: 4096 }, (_, i) => ((i * 29) % 101) / 100);
    const brain = Uint8Array.from({ length: 4096 }, (_, i) => (i >= 1024 ? 1 : 0));
    const image = painted.slice();
    acquire(image, brain, Uint32Array.from(painted.keys()), options, grid, createRandom(1), new BufferPool());
    return { painted, image, brain };
  }

  it("only clips and standardises when everything else is off", () => {
    const { painted, image, brain } = scan(quiet);
    const inside = [...painted].filter((_, i) => brain[i] === 1).sort((a, b) => a - b);
    const at = (fraction: number): number => {
      const position = fraction * (inside.length - 1);
      const below = inside[Math.floor(position)]!;
      return below + (position % 1) * (inside[Math.ceil(position)]! - below);
    };
    const [low, high] = [at(0.005), at(0.995)];
    const clipped = inside.map((value) => Math.min(high, Math.max(low, value)));
    const mean = clipped.reduce((sum, value) => sum + value, 0) / clipped.length;
    const deviation = Math.sqrt(clipped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / clipped.length);
    for (let i = 0; i < image.length; i++) {
      const expected = brain[i] === 0 ? 0 : (Math.min(high, Math.max(low, painted[i]!)) - mean) / deviation;
      expect(image[i]).toBeCloseTo(expected, 4);
    }
  });

  it("keeps the order of brightness under any gamma, and not under noise", () => {
    const rank = (image: Float32Array): number[] =>
      [...image.keys()].filter((i) => i >= 1024 && i < 1100).sort((a, b) => image[a]! - image[b]!);
    const { painted, image } = scan({ ...quiet, gamma: [1.2, 1.2], clipPercent: [0, 100] });
    expect(rank(image)).toEqual(rank(painted));
    expect(rank(scan({ ...quiet, noise: [0.2, 0.2] }).image)).not.toEqual(rank(painted));
  });
});
