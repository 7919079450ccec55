import {
  averagePool,
  batchNorm,
  batchNormInference,
  conv,
  convBias,
  convTranspose,
  dense,
  globalAveragePool,
  globalMaxPool,
  groupNorm,
  instanceNorm,
  leakyRelu,
  maxPool,
  relu,
  upsampleLinear,
  upsampleNearest,
} from "@ssl3d/nn";
import type { Rank } from "@ssl3d/core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** One call of an operation: the shapes of its inputs and what is made of them. */
export interface OperationCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  /** Inputs that must be above 0, such as variances. */
  readonly positive?: readonly number[];
  apply(...inputs: readonly Tensor[]): Tensor;
}

/** The operations of @ssl3d/nn, in 2D and 3D, in the shapes that networks use and some odd ones. */
export function operationCases(): OperationCase[] {
  return ([2, 3] as const).flatMap(casesOfRank);
}

function casesOfRank(rank: Rank): OperationCase[] {
  const spatial = (...size: number[]): number[] => size.slice(0, rank);
  const cube = (side: number): number[] => new Array<number>(rank).fill(side);
  const image = [2, ...spatial(6, 5, 7), 4];
  const even = [2, ...spatial(4, 6, 8), 4];
  const filter = (side: number, input: number, output: number): number[] => [...cube(side), input, output];
  const one = (name: string, shapes: readonly (readonly number[])[], apply: OperationCase["apply"], positive?: number[]): OperationCase => ({
    name: `${rank}D ${name}`,
    shapes,
    apply,
    ...(positive === undefined ? {} : { positive }),
  });
  return [
    one("convolution", [image, filter(3, 4, 8)], (x, f) => conv(x, f)),
    one("convolution of 1 channel into 16", [[1, ...cube(8), 1], filter(3, 1, 16)], (x, f) => conv(x, f)),
    one("convolution of side 1", [image, filter(1, 4, 3)], (x, f) => conv(x, f)),
    one("convolution with stride 2", [image, filter(3, 4, 5)], (x, f) => conv(x, f, { strides: 2 })),
    one("convolution with dilation 2", [image, filter(3, 4, 5)], (x, f) => conv(x, f, { dilations: 2 })),
    one("convolution without padding", [image, filter(3, 4, 5)], (x, f) => conv(x, f, { padding: "valid" })),
    one("convolution with bias and ReLU", [image, filter(3, 4, 8), [8]], (x, f, b) =>
      convBias(x, f, b, { activation: "relu" }),
    ),
    one("transposed convolution", [even, filter(2, 3, 4), [3]], (x, f, b) => convTranspose(x, f, { strides: 2 }, b)),
    one("max pooling", [even], (x) => maxPool(x)),
    one("max pooling of odd sizes", [image], (x) => maxPool(x)),
    one("average pooling", [image], (x) => averagePool(x)),
    one("global average pooling", [image], (x) => globalAveragePool(x)),
    one("global max pooling", [image], (x) => globalMaxPool(x)),
    one("batch normalisation", [image, [4], [4]], (x, s, o) => batchNorm(x, s, o)),
    one(
      "batch normalisation in inference",
      [image, [4], [4], [4], [4]],
      (x, s, o, m, v) => batchNormInference(x, s, o, m, v),
      [4],
    ),
    one("instance normalisation", [image, [4], [4]], (x, s, o) => instanceNorm(x, s, o)),
    one("group normalisation", [image, [4], [4]], (x, s, o) => groupNorm(x, s, o, { groups: 2 })),
    one("nearest upsampling", [image], (x) => upsampleNearest(x, 2)),
    one("linear upsampling", [image], (x) => upsampleLinear(x, 2)),
    one("ReLU", [image], (x) => relu(x)),
    one("leaky ReLU", [image], (x) => leakyRelu(x, 0.01)),
    ...(rank === 2 ? [one("fully connected layer", [[3, 5], [5, 7], [7]], (x, k, b) => dense(x, k, b, "relu"))] : []),
  ];
}
