import type { Rank } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runKernel } from "../operation.js";
import { perAxis, spatialRank } from "./shape.js";

const KERNEL_NAMES = { max: { 2: tf.MaxPool, 3: tf.MaxPool3D }, average: { 2: tf.AvgPool, 3: tf.AvgPool3D } } as const;

const GRADIENT_NAMES = { 2: tf.MaxPoolGrad, 3: tf.MaxPool3DGrad } as const;

/** Where the windows lie; by default they do not overlap and all fit into the image. */
export interface PoolGeometry {
  /** Voxels between neighbouring windows. Default `size`. */
  readonly strides?: number;
  /** Default "valid". With "same", what is outside counts for nothing. */
  readonly padding?: "same" | "valid";
}

/** Pooling, without a gradient. */
export function pool(kind: "max" | "average", x: Tensor, size: number, geometry: PoolGeometry = {}): Tensor {
  const rank = spatialRank("Pooling", x);
  return runKernel(KERNEL_NAMES[kind][rank], { x }, attributesOf(rank, size, geometry))[0] as Tensor;
}

/** Gradient of max pooling by the engine's own kernel, which takes windows that overlap too. */
export function overlappingMaxPoolGradient(x: Tensor, y: Tensor, dy: Tensor, size: number, geometry: PoolGeometry): Tensor {
  const rank = spatialRank("Pooling", x);
  return runKernel(GRADIENT_NAMES[rank], { dy, input: x, output: y }, attributesOf(rank, size, geometry))[0] as Tensor;
}

function attributesOf(rank: Rank, size: number, { strides = size, padding = "valid" }: PoolGeometry): object {
  return { filterSize: perAxis(size, rank), strides: perAxis(strides, rank), pad: padding, dataFormat: rank === 2 ? "NHWC" : "NDHWC" };
}
