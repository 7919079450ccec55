import { createRandom } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { ensure } from "../check.js";
import { drawValues, toTensor, type Input, type Values } from "./inputs.js";

/** One call of an operation: its inputs and what is made of them. */
export interface OperationCase {
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly apply: (...inputs: readonly Tensor[]) => Tensor;
}

/** What an engine makes of a case. */
export interface Result extends Pick<Values, "shape"> {
  readonly what: string;
  readonly dtype: string;
  readonly values: ArrayLike<number>;
}

/** A case in a word. */
export function operation(name: string, inputs: readonly Input[], apply: OperationCase["apply"]): OperationCase {
  return { name, inputs, apply };
}

/**
 * The value on the current engine, and the gradient for each input that moves, weighted so that every element counts
 * differently. Fails where an input does not keep its values.
 */
export async function evaluate({ name, inputs, apply }: OperationCase, coarse: boolean): Promise<Result[]> {
  const drawn = inputs.map((input, index) => drawValues(input, createRandom(`${name}/${index}`), coarse));
  const tensors = drawn.map(toTensor);
  const output = tf.tidy(() => apply(...tensors));
  const results = [{ what: "value", ...(await read(output)) }];
  const moving = tensors.filter((_, index) => inputs[index]!.moves);
  const gradients = moving.length === 0 ? [] : weightedGradients(name, output.shape, moving, coarse, (...moved) => {
    const rest = [...moved];
    return apply(...tensors.map((tensor, index) => (inputs[index]!.moves ? rest.shift()! : tensor)));
  });
  for (const [index, gradient] of gradients.entries()) results.push({ what: `gradient ${index}`, ...(await read(gradient)) });
  for (const [index, tensor] of tensors.entries()) {
    const after = await tensor.data();
    const kept = drawn[index]!.data.every((value, i) => value === after[i]);
    ensure(kept, `${name}: expected input ${index} to keep its values, it was overwritten`);
  }
  tf.dispose([tensors, output, gradients]);
  return results;
}

async function read(tensor: Tensor): Promise<Omit<Result, "what">> {
  return { shape: tensor.shape, dtype: tensor.dtype, values: (await tensor.data()).slice() };
}

function weightedGradients(
  name: string,
  shape: readonly number[],
  moving: Tensor[],
  coarse: boolean,
  apply: (...moving: Tensor[]) => Tensor,
): Tensor[] {
  const random = createRandom(`${name}/weights`);
  const weigh: Input = { shape, dtype: "float32", moves: false, draw: (_, length) => Array.from({ length }, () => random.normal()) };
  return tf.tidy(() => {
    const weights = toTensor(drawValues(weigh, random, coarse));
    return tf.grads((...moved: Tensor[]) => tf.sum(tf.mul(apply(...moved), weights)))(moving);
  });
}
