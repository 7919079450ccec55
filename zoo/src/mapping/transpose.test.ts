import fc from "fast-check";
import { elementsOf } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { axesFor, transposeArray } from "./transpose.js";

describe("axesFor", () => {
  it("brings PyTorch's kernels into our order", () => {
    expect(axesFor("kernel", 5)).toEqual([2, 3, 4, 1, 0]);
    expect(axesFor("kernel", 2)).toEqual([1, 0]);
    expect(axesFor("kernel", 1)).toEqual([0]);
    expect(axesFor("kernel", 0)).toEqual([]);
    expect(axesFor("none", 3)).toEqual([0, 1, 2]);
    expect(axesFor([2, 0, 1], 3)).toEqual([2, 0, 1]);
  });

  it("refuses axes that the tensor does not have", () => {
    for (const axes of [[0, 1], [0, 1, 3], [0, 0, 1], [0, 1, 2, 3]]) expect(axesFor(axes, 3)).toBeUndefined();
  });
});

describe("transposeArray", () => {
  const shapes = fc.array(fc.nat(4), { maxLength: 5 });
  const cases = shapes.chain((shape) => fc.tuple(fc.constant(shape), fc.shuffledSubarray(shape.map((_, axis) => axis), { minLength: shape.length })));
  const offset = (index: readonly number[], shape: readonly number[]): number => index.reduce((sum, at, axis) => sum * shape[axis]! + at, 0);

  it("moves every element to the index with its axes in the new order", () => {
    fc.assert(
      fc.property(cases, ([shape, order]) => {
        const data = Float32Array.from({ length: elementsOf(shape) }, (_, index) => index);
        const moved = transposeArray({ data, shape }, order);
        expect(moved.shape).toEqual(order.map((axis) => shape[axis]));
        expect(moved.data).toHaveLength(data.length);
        for (let flat = 0; flat < data.length; flat++) {
          const index = shape.map((length, axis) => Math.floor(flat / elementsOf(shape.slice(axis + 1))) % length);
          expect(moved.data[offset(order.map((axis) => index[axis]!), moved.shape)]).toBe(flat);
        }
      }),
    );
  });
});
