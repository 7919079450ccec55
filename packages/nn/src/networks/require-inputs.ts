import type { Encoder } from "@ssl3d/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { wrongInputs } from "../errors.js";
import { flattenedLength } from "./flattened-length.js";

/**
 * Checks the raw inputs of a network (`Trainable.infer`) and gives them back. Images of another size than the network was built for
 * are taken where the encoder makes as many features of them, as it does of sizes that its poolings round to one.
 *
 * @param shapes what each input is expected to be, without the batch axis, which all have in common; each ends in an image
 * @param encoder what flattens the images' features; absent where sizes must be equal
 * @throws SSL3D_NN_INPUTS, which names the shapes expected and received
 */
export function requireInputs(network: string, inputs: readonly Tensor[], shapes: readonly (readonly number[])[], encoder?: Encoder): readonly Tensor[] {
  const batch = inputs[0]?.shape[0];
  const fits = inputs.length === shapes.length && inputs.every(({ shape: [examples, ...shape] }, i) => examples === batch && areAlike(shape, shapes[i]!, encoder));
  if (!fits) throw wrongInputs(network, shapes, inputs.map(({ shape }) => shape));
  return inputs;
}

function areAlike(received: readonly number[], expected: readonly number[], encoder: Encoder | undefined): boolean {
  if (received.join() === expected.join()) return true;
  if (encoder === undefined || received.length !== expected.length) return false;
  const first = expected.length - encoder.rank - 1;
  const isSize = (axis: number): boolean => axis >= first && axis < expected.length - 1;
  if (!expected.every((length, axis) => isSize(axis) || length === received[axis])) return false;
  const [ours, theirs] = [expected, received].map((shape) => shape.slice(first, -1)) as [number[], number[]];
  return Math.min(...theirs) >= encoder.output.stride && flattenedLength(encoder, theirs) === flattenedLength(encoder, ours);
}
