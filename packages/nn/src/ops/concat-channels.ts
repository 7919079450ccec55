import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";

/**
 * Joins two tensors along their last axis. `tf.concat` does too, but keeps both for its gradient, which needs neither.
 *
 * @param a [batch, ..., m]
 * @param b [batch, ..., n]
 * @returns [batch, ..., m + n]
 */
export function concatChannels(a: Tensor, b: Tensor): Tensor {
  const channels = [a, b].map(({ shape }) => shape.at(-1) as number);
  return runOperation({
    inputs: { a, b },
    forward: () => ({ outputs: [tf.concat([a, b], -1)], saved: [] }),
    backward: ([dy]) => {
      const part = (index: number): Tensor => {
        const begin = (dy as Tensor).shape.map((_, axis, { length }) => (axis === length - 1 && index === 1 ? (channels[0] as number) : 0));
        return tf.slice(dy as Tensor, begin, (dy as Tensor).shape.with(-1, channels[index] as number));
      };
      return { gradients: { a: () => part(0), b: () => part(1) } };
    },
  })[0] as Tensor;
}
