import type { Tensor } from "@tensorflow/tfjs-core";
import { wrongInputs } from "../errors.js";

/**
 * Checks the raw inputs of a network (`Trainable.infer`) and gives them back.
 *
 * @param shapes what each input is expected to be, without the batch axis, which all have in common
 * @throws SSL3D_NN_INPUTS, which names the shapes expected and received
 */
export function requireInputs(network: string, inputs: readonly Tensor[], shapes: readonly (readonly number[])[]): readonly Tensor[] {
  const batch = inputs[0]?.shape[0];
  const fits = inputs.length === shapes.length && inputs.every(({ shape: [examples, ...shape] }, i) => examples === batch && shape.join() === shapes[i]!.join());
  if (!fits) throw wrongInputs(network, shapes, inputs.map(({ shape }) => shape));
  return inputs;
}
