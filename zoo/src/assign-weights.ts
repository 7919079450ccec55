import type { NamedArrays, NumericArray } from "@ssl3d/core";
import type { WeightPlace } from "./build-layout.js";
import { notRecognised } from "./errors.js";
import type { KerasTensor } from "./hdf5/read-keras-checkpoint.js";
import { tensorsOf, type Unit } from "./keras/units.js";

/** Where a tensor of a file went. */
export interface TensorMove {
  /** Group and weight as the file names them. */
  readonly source: string;
  /** File in the converted folder and the weight's name in it, e.g. "weights.safetensors: level0/conv1/kernel". */
  readonly destination: string;
  readonly shape: readonly number[];
}

/**
 * Gives each of our weights the tensor at its place: trained ones in order, and the moving statistics in order.
 * @throws SSL3D_KERAS_NOT_RECOGNISED where counts or shapes differ
 */
export function assignWeights(
  label: string,
  file: string,
  places: readonly WeightPlace[],
  units: readonly Unit[],
): { readonly arrays: NamedArrays; readonly moves: readonly TensorMove[] } {
  const { trained, statistics } = tensorsOf(units);
  const groups = new Map<KerasTensor, string>(
    units.flatMap((unit) => [...unit.tensors, ...(unit.kind === "normalisation" ? unit.statistics : [])].map((tensor) => [tensor, unit.group] as const)),
  );
  const arrays = new Map<string, NumericArray>();
  const moves: TensorMove[] = [];
  for (const { name, shape, trainable } of places) {
    const tensor = (trainable ? trained : statistics).shift();
    if (tensor === undefined) throw notRecognised(label, `a network without a tensor for "${name}" of shape [${shape.join(", ")}]`);
    if (tensor.shape.join() !== shape.join()) {
      throw notRecognised(label, `"${tensor.name}" of shape [${tensor.shape.join(", ")}] where [${shape.join(", ")}] belongs ("${name}")`);
    }
    arrays.set(name, { data: tensor.data, shape });
    moves.push({ source: `${groups.get(tensor)!}/${tensor.name}`, destination: `${file}: ${name}`, shape });
  }
  const [left] = [...trained, ...statistics];
  if (left !== undefined) throw notRecognised(label, `more weights than its network has, from "${left.name}" on`);
  return { arrays, moves };
}
