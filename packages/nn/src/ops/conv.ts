import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { wrongTensorShape } from "../errors.js";
import { KERNELS } from "../kernels.js";
import { hasKernel, runKernel, runOperation } from "../operation.js";
import { biasGradient, reluBiasGradient } from "./bias-gradient.js";
import { convGeometry, type ConvGeometry, type ConvOptions } from "./conv-geometry.js";
import { convDataGradient, convFilterGradient, convForward } from "./conv-kernels.js";
import { spatialRank } from "./shape.js";

/**
 * Convolution in 2D or 3D with both gradients for any stride and dilation.
 *
 * @param x [batch, ...spatial, in]
 * @param filter [k..., in, out]
 * @returns [batch, ...spatial, out]
 * @throws SSL3D_NN_RANK, SSL3D_NN_SHAPE
 */
export function conv(x: Tensor, filter: Tensor, options: ConvOptions = {}): Tensor {
  const geometry = checkedGeometry(x, filter, options);
  return runOperation({
    inputs: { filter, x },
    forward: () => ({ outputs: [convForward(x, filter, geometry)], saved: [x, filter] }),
    backward: ([dy], [savedX, savedFilter]) => ({
      gradients: {
        filter: () => convFilterGradient(savedX as Tensor, dy as Tensor, filter.shape, geometry),
        x: () => convDataGradient(dy as Tensor, savedFilter as Tensor, x.shape, geometry),
      },
    }),
  })[0] as Tensor;
}

/** Options of {@link convBias}. */
export interface ConvBiasOptions extends ConvOptions {
  /** Applied after the bias. Default "linear". */
  readonly activation?: "linear" | "relu";
}

/**
 * Convolution, bias and activation in one step of the tape, which keeps the input and, for "relu", the output only.
 *
 * @param x [batch, ...spatial, in]
 * @param filter [k..., in, out]
 * @param bias [out]
 * @returns [batch, ...spatial, out]
 * @throws SSL3D_NN_RANK, SSL3D_NN_SHAPE
 */
export function convBias(x: Tensor, filter: Tensor, bias: Tensor, options: ConvBiasOptions = {}): Tensor {
  const geometry = checkedGeometry(x, filter, options);
  const activation = options.activation ?? "linear";
  return runOperation({
    inputs: { bias, filter, x },
    forward: () => {
      const y = convBiasForward(x, filter, bias, geometry, activation);
      return { outputs: [y], saved: activation === "relu" ? [x, filter, y] : [x, filter] };
    },
    backward: ([dy], [savedX, savedFilter, y]) => {
      const [dz, dbias] = y === undefined ? [dy as Tensor, undefined] : reluBiasGradient(dy as Tensor, y);
      return {
        gradients: {
          bias: () => dbias ?? biasGradient(dz),
          filter: () => convFilterGradient(savedX as Tensor, dz, filter.shape, geometry),
          x: () => convDataGradient(dz, savedFilter as Tensor, x.shape, geometry),
        },
        shared: y === undefined ? [] : [dz],
      };
    },
  })[0] as Tensor;
}

function convBiasForward(
  x: Tensor,
  filter: Tensor,
  bias: Tensor,
  geometry: ConvGeometry,
  activation: "linear" | "relu",
): Tensor {
  const { strides, dilations, pad, zeros } = geometry;
  if (hasKernel(KERNELS.convBias)) {
    const input = zeros === undefined ? x : tf.pad(x, zeros);
    return runKernel(KERNELS.convBias, { x: input, filter, bias }, { strides, pad, dilations, activation })[0] as Tensor;
  }
  const z = tf.add(convForward(x, filter, geometry), bias);
  return activation === "relu" ? tf.relu(z) : z;
}

function checkedGeometry(x: Tensor, filter: Tensor, options: ConvOptions): ConvGeometry {
  const rank = spatialRank("Convolution", x);
  if (filter.shape.length !== rank + 2 || filter.shape[rank] !== x.shape[rank + 1]) {
    throw wrongTensorShape("Convolution", `an input of ${rank} spatial axes and ${filter.shape[filter.shape.length - 2] ?? "?"} channels (filter [${filter.shape.join(", ")}])`, x.shape);
  }
  return convGeometry(rank, x.shape, filter.shape, options);
}
