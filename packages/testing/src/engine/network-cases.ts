import {
  averagePool,
  batchNorm,
  batchNormInference,
  dropout,
  globalAveragePool,
  globalMaxPool,
  groupNorm,
  instanceNorm,
  maxPool,
  upsampleLinear,
  upsampleNearest,
} from "@ssl3d/nn";
import { createRandom, type Rank } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { distinct, fixed, normal, offCentre, positive, tied, type Input } from "./inputs.js";
import { operation, type OperationCase } from "./operation-case.js";

/** Normalisation, pooling, upsampling and dropout. */
export function networkCases(rank: Rank): OperationCase[] {
  const spatial = (...size: number[]): number[] => size.slice(0, rank);
  const odd = (input: (...shape: number[]) => Input, batch = 2, channels = 4): Input => input(batch, ...spatial(5, 3, 7), channels);
  const even = (input: (...shape: number[]) => Input): Input => input(2, ...spatial(4, 6, 4), 2);
  const affine = (channels: number): [Input, Input] => [normal(channels), normal(channels)];
  return [
    operation("batch normalisation", [odd(normal), ...affine(4)], (x, s, o) => batchNorm(x, s, o)),
    operation("batch normalisation of 1 image of 1 channel", [odd(normal, 1, 1), ...affine(1)], (x, s, o) => batchNorm(x, s, o)),
    operation("batch normalisation of 3 images of 17 channels", [odd(normal, 3, 17), ...affine(17)], (x, s, o) => batchNorm(x, s, o)),
    operation("batch normalisation about a mean of 8", [odd(offCentre), ...affine(4)], (x, s, o) => batchNorm(x, s, o)),
    operation("mean and variance of batch normalisation", [fixed(odd(offCentre)), fixed(normal(4)), fixed(normal(4))], (x, s, o) => {
      let statistics: Tensor | undefined;
      batchNorm(x, s, o, { onStatistics: (mean, variance) => (statistics = tf.keep(tf.concat([mean, variance]))) });
      return statistics!;
    }),
    operation(
      "batch normalisation in inference",
      [odd(normal), ...affine(4), fixed(normal(4)), fixed(positive(4))],
      (x, s, o, m, v) => batchNormInference(x, s, o, m, v),
    ),
    operation("instance normalisation", [odd(normal), ...affine(4)], (x, s, o) => instanceNorm(x, s, o)),
    operation("instance normalisation of 3 images of 1 channel", [odd(offCentre, 3, 1), ...affine(1)], (x, s, o) => instanceNorm(x, s, o)),
    operation("group normalisation", [odd(normal, 3), ...affine(4)], (x, s, o) => groupNorm(x, s, o, { groups: 2 })),
    operation("normalisation of whole images", [odd(normal, 1), ...affine(4)], (x, s, o) => groupNorm(x, s, o, { groups: 1 })),
    operation("max pooling", [even(distinct)], (x) => maxPool(x)),
    operation("max pooling of odd sizes", [odd(distinct)], (x) => maxPool(x)),
    operation("max pooling with side 3", [odd(distinct, 1, 1)], (x) => maxPool(x, { size: 3 })),
    operation("max pooling, the first of ties", [odd(tied, 3)], (x) => maxPool(x)),
    operation("max pooling, all of ties", [odd(tied)], (x) => maxPool(x, { ties: "all" })),
    operation("average pooling", [odd(normal)], (x) => averagePool(x)),
    operation("average pooling with side 3", [odd(normal, 1, 3)], (x) => averagePool(x, 3)),
    operation("global average pooling", [odd(normal, 3)], (x) => globalAveragePool(x)),
    operation("global max pooling", [odd(distinct)], (x) => globalMaxPool(x)),
    operation("global max pooling of ties", [odd(tied)], (x) => globalMaxPool(x)),
    operation("nearest upsampling", [odd(normal)], (x) => upsampleNearest(x, 2)),
    operation("nearest upsampling by 3", [odd(normal, 1, 3)], (x) => upsampleNearest(x, 3)),
    operation("linear upsampling", [odd(normal)], (x) => upsampleLinear(x, 2)),
    operation("dropout", [odd(normal)], (x) => dropout(x, 0.3, createRandom("dropout"))),
  ];
}
