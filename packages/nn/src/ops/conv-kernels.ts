import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runKernel } from "../operation.js";
import type { ConvGeometry } from "./conv-geometry.js";
import { aroundAxis } from "./shape.js";

const KERNEL_NAMES = {
  2: { forward: tf.Conv2D, data: tf.Conv2DBackpropInput, filter: tf.Conv2DBackpropFilter, dataFormat: "NHWC" },
  3: { forward: tf.Conv3D, data: tf.Conv3DBackpropInputV2, filter: tf.Conv3DBackpropFilterV2, dataFormat: "NDHWC" },
} as const;

/** The convolution itself: x [batch, ...spatial, in], filter [k..., in, out]. */
export function convForward(x: Tensor, filter: Tensor, geometry: ConvGeometry): Tensor {
  const { rank, strides, dilations, pad, zeros } = geometry;
  const input = zeros === undefined ? x : tf.pad(x, zeros);
  // Engines take strides or dilations, not both.
  const spread = isDilated(geometry) && strides.some((stride) => stride > 1);
  const { forward, dataFormat } = KERNEL_NAMES[rank];
  const attributes = { strides, pad, dataFormat, dilations: spread ? dilations.map(() => 1) : dilations };
  return runKernel(forward, { x: input, filter: spread ? insertZeros(filter, dilations) : filter }, attributes)[0] as Tensor;
}

/** Gradient of the convolution by its input, of shape `inputShape`. */
export function convDataGradient(dy: Tensor, filter: Tensor, inputShape: readonly number[], geometry: ConvGeometry): Tensor {
  const { rank, strides, dilations, pad, zeros } = geometry;
  const padded = inputShape.map((size, axis) => size + (zeros?.[axis]?.[0] ?? 0) + (zeros?.[axis]?.[1] ?? 0));
  const { data, dataFormat } = KERNEL_NAMES[rank];
  const inputs = { dy, filter: isDilated(geometry) ? insertZeros(filter, dilations) : filter };
  const dx = runKernel(data, inputs, { strides, pad, dataFormat, inputShape: padded })[0] as Tensor;
  return zeros === undefined ? dx : tf.slice(dx, zeros.map(([before]) => before), [...inputShape]);
}

/** Gradient of the convolution by its filter, of shape `filterShape`. */
export function convFilterGradient(x: Tensor, dy: Tensor, filterShape: readonly number[], geometry: ConvGeometry): Tensor {
  const { rank, strides, dilations, pad, zeros } = geometry;
  const spans = filterShape.map((size, axis) => (size - 1) * (dilations[axis] ?? 1) + 1);
  const { filter, dataFormat } = KERNEL_NAMES[rank];
  const inputs = { x: zeros === undefined ? x : tf.pad(x, zeros), dy };
  const dense = runKernel(filter, inputs, { strides, pad, dataFormat, filterShape: spans })[0] as Tensor;
  if (!isDilated(geometry)) return dense;
  return tf.stridedSlice(dense, spans.map(() => 0), spans, spans.map((_, axis) => dilations[axis] ?? 1));
}

function isDilated(geometry: ConvGeometry): boolean {
  return geometry.dilations.some((dilation) => dilation > 1);
}

/** The filter with its taps moved apart: a dilated convolution as an ordinary one, which is what gradient kernels know. */
function insertZeros(filter: Tensor, dilations: readonly number[]): Tensor {
  let shape = [...filter.shape];
  return dilations.reduce((spread, dilation, axis) => {
    if (dilation === 1) return spread;
    const [before, taps, after] = aroundAxis(shape, axis);
    const apart = tf.pad(tf.reshape(spread, [before, taps, 1, after]), [[0, 0], [0, 0], [0, dilation - 1], [0, 0]]);
    const span = (taps - 1) * dilation + 1;
    const trimmed = tf.slice(tf.reshape(apart, [before, taps * dilation, after]), [0, 0, 0], [before, span, after]);
    shape = shape.with(axis, span);
    return tf.reshape(trimmed, shape);
  }, filter);
}
