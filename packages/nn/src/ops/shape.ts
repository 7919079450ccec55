import type { Rank } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { wrongTensorRank } from "../errors.js";

/** Number of spatial axes of [batch, ...spatial, channels]. Throws SSL3D_NN_RANK unless it is 2 or 3. */
export function spatialRank(operation: string, x: Tensor): Rank {
  const rank = x.shape.length - 2;
  if (rank !== 2 && rank !== 3) throw wrongTensorRank(operation, x.shape);
  return rank;
}

/** One number for every axis, from one number for all or one each. */
export function perAxis(value: number | readonly number[], rank: Rank): number[] {
  return typeof value === "number" ? new Array<number>(rank).fill(value) : [...value];
}

/** [batch, ...spatial, channels] as [voxels, channels]. */
export function flattenVoxels(x: Tensor): tf.Tensor2D {
  return tf.reshape(x, [-1, x.shape[x.shape.length - 1] as number]);
}

/** The shape seen from one axis: product of the axes before, the axis, product of those after. */
export function aroundAxis(shape: readonly number[], axis: number): [before: number, size: number, after: number] {
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  return [product(shape.slice(0, axis)), shape[axis] as number, product(shape.slice(axis + 1))];
}

/** Adds `amounts[i]` zeros behind spatial axis i; the tensor itself where there are none to add. */
export function padBehind(x: Tensor, amounts: readonly number[]): Tensor {
  if (amounts.every((amount) => amount === 0)) return x;
  return tf.pad(x, [[0, 0], ...amounts.map((amount): [number, number] => [0, amount]), [0, 0]]);
}

/** The first `size` voxels along every spatial axis; the tensor itself where that is all. */
export function cropTo(x: Tensor, size: readonly number[]): Tensor {
  if (size.every((length, i) => length === x.shape[i + 1])) return x;
  return tf.slice(x, x.shape.map(() => 0), [x.shape[0], ...size, x.shape[x.shape.length - 1] as number]);
}
