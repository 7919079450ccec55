import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { wrongTensorShape } from "../errors.js";
import { runOperation } from "../operation.js";
import { biasGradient } from "./bias-gradient.js";
import { convGeometry } from "./conv-geometry.js";
import { convDataGradient, convFilterGradient, convForward } from "./conv-kernels.js";
import { perAxis, spatialRank } from "./shape.js";

/** How a transposed convolution enlarges its input. */
export interface ConvTransposeOptions {
  /** Output voxels per input voxel; a number holds for every axis. */
  readonly strides: number | readonly number[];
  /** "same": size * stride outputs. "valid": room for the whole filter. Default "same". */
  readonly padding?: "same" | "valid";
}

/**
 * Transposed convolution in 2D or 3D as Keras' Conv2DTranspose and Conv3DTranspose: output voxel i * stride + j - padding
 * takes input voxel i through filter tap j. It is the data gradient of a convolution, so its own gradients are a
 * convolution and a convolution's filter gradient with the roles of input and output exchanged.
 *
 * @param x [batch, ...spatial, in]
 * @param filter [k..., out, in]
 * @param bias [out], added where given
 * @returns [batch, ...spatial, out]
 * @throws SSL3D_NN_RANK, SSL3D_NN_SHAPE
 */
export function convTranspose(x: Tensor, filter: Tensor, options: ConvTransposeOptions, bias?: Tensor): Tensor {
  const rank = spatialRank("Transposed convolution", x);
  if (filter.shape.length !== rank + 2 || filter.shape[rank + 1] !== x.shape[rank + 1]) {
    throw wrongTensorShape("Transposed convolution", `an input of ${rank} spatial axes and ${filter.shape[filter.shape.length - 1] ?? "?"} channels (filter [${filter.shape.join(", ")}])`, x.shape);
  }
  const strides = perAxis(options.strides, rank);
  const padding = options.padding ?? "same";
  const size = strides.map((stride, i) => {
    const room = padding === "same" ? 0 : Math.max((filter.shape[i] as number) - stride, 0);
    return (x.shape[i + 1] as number) * stride + room;
  });
  const outputShape = [x.shape[0], ...size, filter.shape[rank] as number];
  const geometry = convGeometry(rank, outputShape, filter.shape, { strides, padding });
  const gradients = (dy: Tensor, savedX: Tensor, savedFilter: Tensor) => ({
    filter: () => convFilterGradient(dy, savedX, filter.shape, geometry),
    x: () => convForward(dy, savedFilter, geometry),
  });
  if (bias === undefined) {
    return runOperation({
      inputs: { filter, x },
      forward: () => ({ outputs: [convDataGradient(x, filter, outputShape, geometry)], saved: [x, filter] }),
      backward: ([dy], [savedX, savedFilter]) => ({ gradients: gradients(dy as Tensor, savedX as Tensor, savedFilter as Tensor) }),
    })[0] as Tensor;
  }
  return runOperation({
    inputs: { bias, filter, x },
    forward: () => ({ outputs: [tf.add(convDataGradient(x, filter, outputShape, geometry), bias)], saved: [x, filter] }),
    backward: ([dy], [savedX, savedFilter]) => ({
      gradients: { bias: () => biasGradient(dy as Tensor), ...gradients(dy as Tensor, savedX as Tensor, savedFilter as Tensor) },
    }),
  })[0] as Tensor;
}
