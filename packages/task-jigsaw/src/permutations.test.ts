import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, type Rank } from "@ssl3d/core";
import { distantPermutations } from "./distant-permutations.js";
import { jigsawPermutations } from "./permutations.js";

type Table = readonly (readonly number[])[];

function distances(table: Table): { mean: number; least: number } {
  const all = table.flatMap((a, i) => table.slice(0, i).map((b) => a.filter((piece, place) => piece !== b[place]).length));
  return { mean: all.reduce((sum, distance) => sum + distance, 0) / all.length, least: Math.min(...all) };
}

describe("jigsawPermutations", () => {
  // sums of the original's own tables as bytes, and their first rows
  const published: readonly [Rank, string, readonly number[]][] = [
    [2, "a909ad6ff8f5147badf5adacf6332e1103314ddb0d8b9bee7d5e6843ae3c821a", [7, 6, 5, 8, 4, 3, 2, 1, 0]],
    [3, "b13a0d2b367e312eac499ed01712eb834a8fec8c56c5b02f1d0e6cd592e3ca27", [19, 5, 24, 21, 9, 22, 12, 26, 18, 15, 3, 14, 8, 16, 13, 1, 17, 7, 25, 10, 4, 2, 6, 0, 11, 20, 23]],
  ];
  it.each(published)("gives the original's table of 100 orders in %dD", (rank, sum, first) => {
    const table = jigsawPermutations(rank, 3, 100);
    expect(table).toHaveLength(100);
    expect(table[0]).toEqual(first);
    expect(createHash("sha256").update(Uint8Array.from(table.flat())).digest("hex")).toBe(sum);
  });

  it("makes other tables once, the same every time", () => {
    const table = jigsawPermutations(3, 2, 50);
    expect(table).toHaveLength(50);
    expect(jigsawPermutations(3, 2, 50)).toBe(table);
    expect(distantPermutations(8, 50, createRandom("jigsaw permutations"))).toEqual(table);
  });

  it("refuses more orders than there are", () => {
    expect(() => jigsawPermutations(2, 2, 25)).toThrow(expect.objectContaining({ code: "SSL3D_JIGSAW_PERMUTATIONS" }));
    expect(jigsawPermutations(2, 2, 24)).toHaveLength(24);
  });

  it("refuses grids of more pieces than it finds orders for in reasonable time", () => {
    expect(() => jigsawPermutations(3, 20, 100)).toThrow(expect.objectContaining({ code: "SSL3D_JIGSAW_PIECES", fix: "Set `patchesPerSide` to 6 or less." }));
    expect(() => jigsawPermutations(2, 17, 100)).toThrow("289");
    expect(jigsawPermutations(3, 6, 2)).toHaveLength(2);
  });
});

describe("distantPermutations", () => {
  const requests = fc.record({ pieces: fc.constantFrom(4, 8, 9, 16, 27), count: fc.integer({ min: 2, max: 24 }), seed: fc.nat() });

  it("gives distinct permutations", () => {
    fc.assert(
      fc.property(requests, ({ pieces, count, seed }) => {
        const table = distantPermutations(pieces, count, createRandom(seed));
        expect(new Set(table.map((row) => row.join())).size).toBe(count);
        for (const row of table) expect([...row].sort((a, b) => a - b)).toEqual(row.map((_, piece) => piece));
      }),
      { numRuns: 40 },
    );
  });

  it("starts with permutations that differ everywhere, as many as there are pieces", () => {
    for (const pieces of [4, 9, 27]) {
      expect(distances(distantPermutations(pieces, pieces, createRandom(pieces)))).toEqual({ mean: pieces, least: pieces });
    }
  });

  it("chooses each as far as any permutation from those before it, in the mean", () => {
    const table = distantPermutations(5, 12, createRandom("greedy"));
    const all = permutationsOf([0, 1, 2, 3, 4]);
    const total = (row: readonly number[], before: Table): number =>
      before.reduce((sum, other) => sum + row.filter((piece, place) => piece !== other[place]).length, 0);
    table.forEach((row, index) => {
      const before = table.slice(0, index);
      expect(total(row, before)).toBe(Math.max(...all.map((other) => total(other, before))));
    });
  });

  it("is at least as distant as the published tables", () => {
    const [ours, theirs] = [distances(distantPermutations(27, 100, createRandom(1))), distances(jigsawPermutations(3, 3, 100))];
    expect(theirs.least).toBe(19);
    expect(ours.mean).toBeGreaterThan(theirs.mean);
    expect(ours.least).toBeGreaterThan(theirs.least);
  });
});

function permutationsOf(items: readonly number[]): Table {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutationsOf(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
