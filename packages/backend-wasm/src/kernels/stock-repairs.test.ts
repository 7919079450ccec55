import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { onWasm } from "../test-support.js";

const numbers = (values: readonly number[], ...shape: number[]) => ({ shape, data: values });

it("casts every number but 0 to true", async () => {
  const [floats, whole] = await onWasm([numbers([0, 0.5, -1, 256, NaN], 5)], (x) => [
    tf.cast(x, "bool"),
    tf.cast(tf.cast(tf.mul(tf.slice(x, 0, 4), 2), "int32"), "bool"),
  ]);
  expect([...Array.from(floats!.data)]).toEqual([0, 1, 1, 1, 1]);
  expect([...Array.from(whole!.data)]).toEqual([0, 1, 1, 1]);
});

it("makes one-hot vectors of floats, none for a class that there is not", async () => {
  const [y] = await onWasm([numbers([2, 0, -1, 3], 2, 2)], (x) => [tf.oneHot(tf.cast(x, "int32"), 3, 0.75, 0.25, "float32")]);
  expect(y!.shape).toEqual([2, 2, 3]);
  expect(Array.from(y!.data)).toEqual([0.25, 0.25, 0.75, 0.75, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25]);
});

it("adds rows by segment", async () => {
  const [y] = await onWasm([numbers([1, 2, 3, 4, 5, 6], 3, 2)], (x) => [tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2], "int32"), 4)]);
  expect(y!.shape).toEqual([4, 2]);
  expect(Array.from(y!.data)).toEqual([3, 4, 0, 0, 6, 8, 0, 0]);
});
