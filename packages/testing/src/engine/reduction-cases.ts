import type { Rank } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { distinct, fixed, normal, positive, tied, truths, type Input } from "./inputs.js";
import { operation, type OperationCase } from "./operation-case.js";

/** Sums, means, extremes and their places, of images of the given rank. */
export function reductionCases(rank: Rank): OperationCase[] {
  const spatial = [3, 4, 5].slice(0, rank);
  const image = (input: (...shape: number[]) => Input): Input => input(3, ...spatial, 2);
  const space = spatial.map((_, axis) => axis + 1);
  const axes: readonly (readonly [name: string, axes: number[] | undefined])[] = [
    ["everything", undefined],
    ["the batch", [0]],
    ["the channels", [rank + 1]],
    ["space", space],
    ["batch and space", [0, ...space]],
    ["space and channels", [...space, rank + 1]],
    ["batch and channels", [0, rank + 1]],
  ];
  return [
    ...axes.flatMap(([name, over]) => [
      operation(`sum over ${name}`, [image(normal)], (x) => tf.sum(x, over)),
      operation(`mean over ${name}`, [image(normal)], (x) => tf.mean(x, over)),
      operation(`largest over ${name}`, [image(distinct)], (x) => tf.max(x, over)),
    ]),
    operation("sum over space, axes kept", [image(normal)], (x) => tf.sum(x, space, true)),
    operation("mean over channels, axis kept", [image(normal)], (x) => tf.mean(x, -1, true)),
    operation("smallest over the channels", [image(distinct)], (x) => tf.min(x, -1)),
    operation("sum of truths", [truths(3, 5)], (x) => tf.sum(x, 1)),
    operation("whether any, whether all", [truths(6, 2)], (x) => tf.stack([tf.any(x, 1), tf.all(x, 1)])),
    operation("mean and variance", [image(normal)], (x) => {
      const { mean, variance } = tf.moments(x, space);
      return tf.concat([mean, variance]);
    }),
    operation("Euclidean norm", [image(normal)], (x) => tf.norm(x)),
    operation("logarithm of the sum of exponentials", [image(normal)], (x) => tf.logSumExp(x, -1)),
    operation("place of the largest channel", [fixed(image(tied))], (x) => tf.argMax(x, -1)),
    operation("place of the largest of 9", [fixed(positive(4, 9))], (x) => tf.argMax(x, 1)),
  ];
}
