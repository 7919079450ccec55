import type { DeferredTensor } from "@ssl3d/core";
import type { WeightPlace } from "./build-layout.js";
import { notRecognised, weightsNotFinite } from "./errors.js";
import type { KerasTensor } from "./hdf5/keras-checkpoint.js";
import { sourcesOf, statisticsOf, type Unit } from "./keras/units.js";

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
 * The values are checked when they are read.
 * @throws SSL3D_KERAS_NOT_RECOGNISED where counts or shapes differ; SSL3D_KERAS_NOT_FINITE from reading
 */
export function assignWeights(
  label: string,
  file: string,
  places: readonly WeightPlace[],
  units: readonly Unit[],
): { readonly arrays: ReadonlyMap<string, DeferredTensor>; readonly moves: readonly TensorMove[] } {
  const trained = units.flatMap((unit) => unit.tensors);
  const statistics = units.flatMap(statisticsOf);
  const sources = new Map(sourcesOf(units).map(({ tensor, source }) => [tensor, source]));
  const arrays = new Map<string, DeferredTensor>();
  const moves: TensorMove[] = [];
  for (const { name, shape, trainable } of places) {
    const tensor = (trainable ? trained : statistics).shift();
    if (tensor === undefined) throw notRecognised(label, `a network without a tensor for "${name}" of shape [${shape.join(", ")}]`);
    if (tensor.shape.join() !== shape.join()) {
      throw notRecognised(label, `"${tensor.name}" of shape [${tensor.shape.join(", ")}] where [${shape.join(", ")}] belongs ("${name}")`);
    }
    const source = sources.get(tensor)!;
    arrays.set(name, { shape, dtype: "F32", pieces: () => finitePieces(tensor, source) });
    moves.push({ source, destination: `${file}: ${name}`, shape });
  }
  const [left] = [...trained, ...statistics];
  if (left !== undefined) throw notRecognised(label, `more weights than its network has, from "${left.name}" on`);
  return { arrays, moves };

  function* finitePieces(tensor: KerasTensor, source: string): Iterable<Float32Array> {
    for (const piece of tensor.pieces?.() ?? [tensor.data]) {
      if (!piece.every(Number.isFinite)) throw weightsNotFinite(label, source);
      yield piece;
    }
  }
}
