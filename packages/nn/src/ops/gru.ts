import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import { wrongTensorShape } from "../errors.js";
import { KERNELS } from "../kernels.js";
import { hasKernel, runKernel, runOperation } from "../operation.js";
import { gruForward, gruGradient, type GruTensors } from "./gru-composition.js";

/** Options of {@link gru}. */
export interface GruOptions {
  /** Whether to return the state after every step instead of the last one. Default false. */
  readonly returnSequences?: boolean;
}

/**
 * Gated recurrent unit as Keras' GRU of TensorFlow 2 (`reset_after`; tanh, sigmoid gates; initial state 0). The columns of
 * both kernels and of the bias are the gates z, r and the candidate h, in this order.
 * (Cho et al. 2014, arXiv:1406.1078, with the reset gate behind the recurrent product)
 *
 * @param x [batch, time, in]
 * @param kernel [in, 3 units]
 * @param recurrentKernel [units, 3 units]
 * @param bias [2, 3 units]: added to the product with x and to that with the state
 * @returns [batch, units], or [batch, time, units] with `returnSequences`
 * @throws SSL3D_NN_SHAPE
 */
export function gru(x: Tensor, kernel: Tensor, recurrentKernel: Tensor, bias: Tensor, options: GruOptions = {}): Tensor {
  checkShapes(x, kernel, recurrentKernel, bias);
  const [batch, time] = x.shape as [number, number, number];
  const units = recurrentKernel.shape[0];
  const last = (states: Tensor): Tensor => tf.reshape(tf.slice(states, [0, time - 1, 0], [batch, 1, units]), [batch, units]);
  return runOperation({
    inputs: { bias, recurrentKernel, kernel, x },
    forward: () => {
      const weights = { x: x as Tensor3D, kernel: kernel as Tensor2D, recurrentKernel: recurrentKernel as Tensor2D, bias: bias as Tensor2D };
      const [states, context] = forward(weights);
      return { outputs: [options.returnSequences === true ? states : last(states)], saved: [x, kernel, recurrentKernel, bias, states, context] };
    },
    backward: ([dy], saved) => {
      const padded = options.returnSequences === true ? dy! : tf.pad(tf.expandDims(dy!, 1), [[0, 0], [time - 1, 0], [0, 0]]);
      const [dx, dkernel, drecurrentKernel, dbias] = backward(saved, padded);
      return { gradients: { bias: () => dbias, recurrentKernel: () => drecurrentKernel, kernel: () => dkernel, x: () => dx } };
    },
  })[0]!;
}

function forward(weights: GruTensors): [states: Tensor, context: Tensor] {
  if (hasKernel(KERNELS.gru)) return runKernel(KERNELS.gru, { ...weights }, {}) as [Tensor, Tensor];
  return gruForward(weights);
}

function backward(saved: readonly Tensor[], dy: Tensor): [Tensor, Tensor, Tensor, Tensor] {
  const [x, kernel, recurrentKernel, bias, states, context] = saved as [Tensor3D, Tensor2D, Tensor2D, Tensor2D, Tensor3D, Tensor3D];
  if (hasKernel(KERNELS.gruGrad)) {
    return runKernel(KERNELS.gruGrad, { x, kernel, recurrentKernel, bias, states, context, dy }, {}) as [Tensor, Tensor, Tensor, Tensor];
  }
  return gruGradient({ x, kernel, recurrentKernel, bias }, states, context, dy as Tensor3D);
}

function checkShapes(x: Tensor, kernel: Tensor, recurrentKernel: Tensor, bias: Tensor): void {
  const units = recurrentKernel.shape[0];
  const expect = (what: string, tensor: Tensor, shape: readonly (number | undefined)[]): void => {
    if (tensor.shape.length === shape.length && shape.every((size, axis) => size === undefined || size === tensor.shape[axis])) return;
    throw wrongTensorShape("gru", `${what} of [${shape.map((size) => size ?? "any").join(", ")}]`, tensor.shape);
  };
  expect("a recurrent kernel", recurrentKernel, [undefined, 3 * units]);
  expect("a kernel", kernel, [undefined, 3 * units]);
  expect("a bias", bias, [2, 3 * units]);
  expect("an input", x, [undefined, undefined, kernel.shape[0]]);
}
