import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runKernel } from "../operation.js";
import { perAxis, spatialRank } from "./shape.js";

const KERNEL_NAMES = { max: { 2: tf.MaxPool, 3: tf.MaxPool3D }, average: { 2: tf.AvgPool, 3: tf.AvgPool3D } } as const;

/** Pooling over windows that do not overlap, without a gradient. */
export function pool(kind: "max" | "average", x: Tensor, size: number): Tensor {
  const rank = spatialRank("Pooling", x);
  const window = perAxis(size, rank);
  const attributes = { filterSize: window, strides: window, pad: "valid", dataFormat: rank === 2 ? "NHWC" : "NDHWC" };
  return runKernel(KERNEL_NAMES[kind][rank], { x }, attributes)[0] as Tensor;
}
