import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinPieces, piecesOf } from "./pieces.js";

const batches = fc.record({ count: fc.integer({ min: 1, max: 9 }), lengths: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }), limit: fc.integer({ min: 1, max: 40 }) });

describe("piecesOf", () => {
  it("cuts along the batch axis to at most so many numbers, and joins to what was cut", () => {
    fc.assert(
      fc.property(batches, ({ count, lengths, limit }) => {
        const arrays = lengths.map((length, array) => ({ data: Float32Array.from({ length: count * length }, (_, i) => 100 * array + i), shape: [count, length] }));
        const pieces = [...piecesOf(arrays, limit)];
        for (const piece of pieces) {
          const examples = piece[0]!.shape[0]!;
          expect(piece.every(({ data, shape }) => shape[0] === examples && data.length === examples * shape[1]!)).toBe(true);
          const numbers = piece.reduce((sum, { data }) => sum + data.length, 0);
          expect(numbers <= limit || examples === 1).toBe(true);
        }
        arrays.forEach((array, index) => expect(joinPieces(pieces.map((piece) => piece[index]!))).toEqual(array));
      }),
    );
  });
});
