import { createRandom, type Rank } from "@ssl3d/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import tables from "./fixtures/original-tables.json" with { type: "json" };
import { cpcOptions } from "./options.js";
import { drawOtherColumns } from "./other-columns.js";
import { OUTSIDE, predictionGrid } from "./prediction-grid.js";

describe("predictionGrid", () => {
  it.each(tables.grids)("gives the original's tables in $rankD with $perSide patches per side", ({ rank, perSide, contexts, targets }) => {
    expect(predictionGrid(rank as Rank, perSide)).toEqual({ patches: perSide ** rank, contexts, targets });
  });

  it("never reads what is to be predicted, from 4 patches per side on", () => {
    const grids = fc.record({ rank: fc.constantFrom<Rank>(2, 3), perSide: fc.integer({ min: 4, max: 9 }) });
    fc.assert(
      fc.property(grids, ({ rank, perSide }) => {
        const { patches, contexts, targets } = predictionGrid(rank, perSide);
        const read = new Set(contexts.flat());
        expect(targets.flat().filter((patch) => read.has(patch))).toEqual([]);
        expect([...read].every((patch) => patch < patches && (rank === 2 ? patch >= OUTSIDE : patch >= 0))).toBe(true);
        expect(new Set(targets.flat()).size).toBe(targets.flat().length);
      }),
    );
  });

  it("shows why smaller grids are refused: in volumes they read the first row to predict", () => {
    for (const perSide of [2, 3]) {
      const { contexts, targets } = predictionGrid(3, perSide);
      expect(contexts[0]).toContain(targets[0]![0]);
      const result = cpcOptions.safeParse({ patchesPerSide: perSide });
      expect(result.error?.issues[0]?.message).toContain("would contain the first row to predict");
    }
  });
});

describe("drawOtherColumns", () => {
  it("draws as the original: image and column, anew until they differ", () => {
    const { rank, perSide, images, draws, columns } = tables.negatives;
    const tape = [...draws];
    const random = { ...createRandom(1), integer: () => tape.shift()! };
    expect([...drawOtherColumns(rank as Rank, perSide, images, random)]).toEqual(columns);
    expect(tape).toEqual([]);
  });

  it("reaches every other column of the batch", () => {
    const random = createRandom(2);
    const drawn = Array.from({ length: 400 }, () => drawOtherColumns(2, 4, 2, random)[5]!);
    expect([...new Set(drawn)].sort()).toEqual([0, 1, 2, 3, 4, 6, 7]);
  });
});
