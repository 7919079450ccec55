import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";

/**
 * x + scale * branch, of one shape: the end of a residual block. `tf.add` does too, but keeps both for its gradient, which
 * needs neither.
 */
export function addScaled(x: Tensor, branch: Tensor, scale = 1): Tensor {
  const scaled = (values: Tensor): Tensor => (scale === 1 ? values.clone() : tf.mul(values, scale));
  return runOperation({
    inputs: { x, branch },
    forward: () => ({ outputs: [tf.tidy(() => tf.add(x, scaled(branch)))], saved: [] }),
    backward: ([dy]) => ({ gradients: { x: () => (dy as Tensor).clone(), branch: () => scaled(dy as Tensor) } }),
  })[0] as Tensor;
}
