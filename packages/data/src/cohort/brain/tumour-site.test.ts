import { createRandom } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { BufferPool } from "../fields/buffer-pool.js";
import { brainCohortOptions } from "./brain-options.js";
import type { CaseGrid } from "./geometry.js";
import { drawTumourSite } from "./tumour-site.js";

const n = 20;
const grid: CaseGrid = { size: [n, n, n], spacing: [4, 4, 4] };

/** A ball of grey matter (x < 0) and white matter (x > 0) of the given radius in mm. */
function ball(radius: number): { tissue: Float32Array; brain: Uint8Array } {
  const tissue = new Float32Array(n ** 3 * 4);
  const brain = new Uint8Array(n ** 3);
  for (let i = 0; i < brain.length; i++) {
    const [z, y, x] = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n].map((c) => (c - 9.5) * 4) as [
      number,
      number,
      number,
    ];
    if (Math.hypot(z, y, x) > radius) continue;
    brain[i] = 1;
    tissue[4 * i + (x < 0 ? 1 : 2)] = 1;
  }
  return { tissue, brain };
}

describe("drawTumourSite", () => {
  const { tumour } = brainCohortOptions.parse({});

  it("draws deep sites above the lowest 30 %, white matter about three times as often as grey", () => {
    let white = 0;
    for (let seed = 0; seed < 200; seed++) {
      const site = drawTumourSite(tumour, grid, ball(36), createRandom(seed), new BufferPool());
      expect(Math.hypot(...site.centre)).toBeLessThan(36 - 8 + 4);
      expect(site.centre[0]).toBeGreaterThan(-16);
      expect(site.coreRadiusMm).toBeGreaterThanOrEqual(8);
      expect(site.coreRadiusMm).toBeLessThan(19);
      if (site.centre[2] > 0) white++;
    }
    // 1 / 1.3 of 200 is 154; four standard deviations are 24
    expect(Math.abs(white - 154)).toBeLessThan(25);
  });

  it("takes the deepest voxel of a brain with no place deep enough", () => {
    const site = drawTumourSite(tumour, grid, ball(7), createRandom(1), new BufferPool());
    expect(Math.hypot(...site.centre)).toBeLessThan(4);
  });
});
