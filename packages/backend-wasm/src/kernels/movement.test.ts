import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { variedValues } from "@ssl3d/testing";
import { expectAgreement, onWasm } from "../test-support.js";

const shape = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });

describe("joining and cutting", () => {
  it("agrees with the cpu engine for concatenation along any axis", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(), fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 2, maxLength: 3 }), async (size, pick, lengths) => {
        const axis = pick % size.length;
        const inputs = lengths.map((length, i) => variedValues(size.with(axis, length), i));
        await expectAgreement(inputs, (...tensors) => [tf.concat(tensors, axis)], 0);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("agrees with the cpu engine for any slice", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.array(fc.nat(), { minLength: 10, maxLength: 10 }), async (size, picks) => {
        const begin = size.map((length, i) => picks[i]! % length);
        const count = size.map((length, i) => 1 + (picks[5 + i]! % (length - begin[i]!)));
        await expectAgreement([variedValues(size)], (x) => [tf.slice(x, begin, count)], 0);
      }),
      { numRuns: 80, seed: 2 },
    );
  });

  it("agrees with the cpu engine for splits and sums", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(), async (size, pick) => {
        const axis = pick % size.length;
        const [first, last] = [size.map((_, i) => i).slice(0, axis + 1), size.map((_, i) => i).slice(axis)];
        await expectAgreement([variedValues(size.with(axis, 7))], (x) => [
          ...tf.split(x, [3, 4], axis),
          tf.sum(x, first),
          tf.sum(x, last, true),
          tf.sum(x, axis),
          tf.sum(x),
        ]);
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  it("leaves other types and empty results to tfjs", async () => {
    await onWasm([], () => {
      const labels = tf.tensor2d([1, 2, 3, 4], [2, 2], "int32");
      expect(Array.from(tf.concat([labels, labels], 1).dataSync())).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
      expect(Array.from(tf.slice(labels, [0, 1], [2, 1]).dataSync())).toEqual([2, 4]);
      expect(tf.slice(tf.ones([3]), [1], [0]).shape).toEqual([0]);
      return [];
    });
  });
});
