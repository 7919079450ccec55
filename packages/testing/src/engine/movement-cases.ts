import type { Rank } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { fixed, normal, tied, truths, whole, type Input } from "./inputs.js";
import { operation, type OperationCase } from "./operation-case.js";

/** Joining, cutting, moving and converting arrays, of images of the given rank. */
export function movementCases(rank: Rank): OperationCase[] {
  const spatial = [3, 4, 5].slice(0, rank);
  const image = (channels = 3, batch = 2) => normal(batch, ...spatial, channels);
  const axes = [0, ...spatial.map((_, axis) => axis + 1), rank + 1];
  const last = rank + 1;
  const pads = axes.map((axis): [number, number] => (axis === 0 || axis === last ? [0, 0] : [1, 2]));
  // tfjs has no gradient of a tiled tensor of rank 5.
  const tiled = rank === 3 ? fixed : (input: Input): Input => input;
  return [
    operation("concatenation of channels", [image(3), image(5)], (a, b) => tf.concat([a, b], last)),
    operation("concatenation of 1 channel and 8", [image(1, 1), image(8, 1)], (a, b) => tf.concat([a, b], last)),
    operation("concatenation of three along the batch", [image(3, 2), image(3, 1), image(3, 3)], (a, b, c) => tf.concat([a, b, c], 0)),
    operation("concatenation along space", [image(), image()], (a, b) => tf.concat([a, b], 1)),
    operation("concatenation of a tensor and itself", [image()], (x) => tf.concat([x, x], last)),
    operation("split along channels", [image(8)], (x) => {
      const [a, b] = tf.split(x, [3, 5], last) as [Tensor, Tensor];
      return tf.concat([b, a], last);
    }),
    operation("split into equal parts", [image(6)], (x) => tf.addN(tf.split(x, 3, last))),
    operation("split along the batch", [image(2, 3)], (x) => tf.mul(...(tf.split(x, [1, 1, 1], 0).slice(1) as [Tensor, Tensor]))),
    operation("stack and unstack", [image(), image()], (a, b) => tf.addN(tf.unstack(tf.stack([a, b], 1), 0))),
    operation("rows by index", [normal(5, 3), whole(5, 4)], (x, i) => tf.gather(x, tf.cast(i, "int32"))),
    operation("images by index, one of them twice", [image(2, 3)], (x) => tf.gather(x, tf.tensor1d([2, 0, 2], "int32"))),
    operation("slice", [image(4, 3)], (x) => tf.slice(x, axes.map(() => 1), axes.map((axis) => (axis === last ? 2 : -1)))),
    operation("slice of channels", [image(7)], (x) => tf.slice(x, axes.map((axis) => (axis === last ? 4 : 0)), axes.map(() => -1))),
    operation("slice with steps", [fixed(image())], (x) =>
      tf.stridedSlice(x, axes.map(() => 0), [2, ...spatial, 3], axes.map((axis) => (axis === 0 ? 1 : 2))),
    ),
    operation("padding with zeros", [image()], (x) => tf.pad(x, pads)),
    operation("padding with a number", [image()], (x) => tf.pad(x, pads, 2.5)),
    operation("transposition", [image()], (x) => tf.transpose(x, [...axes].reverse())),
    operation("transposition of channels to the front", [image()], (x) => tf.transpose(x, [0, last, ...axes.slice(1, -1)])),
    operation("transposed matrix", [normal(4, 7)], (x) => tf.transpose(x)),
    operation("reversal", [image()], (x) => tf.reverse(x, [1, last])),
    operation("reshaping", [image()], (x) => tf.square(tf.reshape(x, [2, -1]))),
    operation("new axes", [image()], (x) => tf.squeeze(tf.mul(tf.expandDims(x, 1), 2), [1])),
    operation("tiling", [tiled(image())], (x) => tf.tile(x, axes.map((axis) => (axis === 0 ? 2 : axis === last ? 3 : 1)))),
    operation("spreading one channel", [tiled(image(1))], (x) => tf.broadcastTo(x, [2, ...spatial, 4])),
    operation("one-hot classes", [whole(4, 2, ...spatial)], (i) => tf.cast(tf.oneHot(tf.cast(i, "int32"), 4), "float32")),
    operation("one-hot classes of floats", [whole(4, 2, ...spatial)], (i) => tf.oneHot(tf.cast(i, "int32"), 4, 1, 0, "float32")),
    operation("conversion to whole numbers", [fixed(normal(2, ...spatial))], (x) => tf.cast(x, "int32")),
    operation("conversion of whole numbers", [whole(9, 2, ...spatial)], (x) => tf.cast(x, "float32")),
    operation("conversion of truths", [truths(2, ...spatial)], (x) => tf.cast(x, "float32")),
    operation("conversion to truths", [fixed(tied(2, ...spatial))], (x) => tf.cast(x, "bool")),
    operation("conversion of whole numbers to truths", [whole(3, 2, ...spatial)], (x) => tf.cast(x, "bool")),
    operation("constants", [fixed(image())], (x) => tf.addN([tf.zerosLike(x), tf.onesLike(x), tf.fill(x.shape, 0.5)])),
    operation("range of numbers", [fixed(normal(1))], () => tf.range(0, 11, 2)),
  ];
}
