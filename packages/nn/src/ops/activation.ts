import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";

/** max(x, 0). Keeps the output only for its gradient. */
export function relu(x: Tensor): Tensor {
  return leakyRelu(x, 0);
}

/** x where positive, `slope` * x elsewhere. Keeps the output only for its gradient. `slope` is not negative. */
export function leakyRelu(x: Tensor, slope: number): Tensor {
  return runOperation({
    inputs: { x },
    forward: () => {
      const y = slope === 0 ? tf.relu(x) : tf.leakyRelu(x, slope);
      return { outputs: [y], saved: [y] };
    },
    backward: ([dy], [y]) => ({ gradients: { x: () => tf.mul(dy as Tensor, tf.step(y as Tensor, slope)) } }),
  })[0] as Tensor;
}
