import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";

/**
 * Joins tensors along their last axis. `tf.concat` does too, but keeps them all for its gradient, which needs none.
 *
 * @param parts [batch, ..., channels], alike but for the channels
 * @returns [batch, ..., sum of the channels]
 */
export function concatChannels(...parts: readonly Tensor[]): Tensor {
  const channels = parts.map(({ shape }) => shape.at(-1) as number);
  const names = parts.map((_, index) => `part${index}`);
  return runOperation({
    inputs: Object.fromEntries(parts.map((part, index) => [names[index], part])) as Record<string, Tensor>,
    forward: () => ({ outputs: [tf.concat([...parts], -1)], saved: [] }),
    backward: ([dy]) => {
      const gradientOf = (index: number): Tensor => {
        const { shape } = dy as Tensor;
        const before = channels.slice(0, index).reduce((sum, count) => sum + count, 0);
        return tf.slice(dy as Tensor, shape.map((_, axis) => (axis === shape.length - 1 ? before : 0)), shape.with(-1, channels[index] as number));
      };
      return { gradients: Object.fromEntries(names.map((name, index) => [name, () => gradientOf(index)])) };
    },
  })[0] as Tensor;
}
