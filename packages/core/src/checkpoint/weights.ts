import type { Tensor } from "@tensorflow/tfjs-core";
import type { Weight } from "../contract/network.js";
import type { NumericArray } from "../contract/volume.js";
import type { NamedArrays } from "./checkpoint.js";

/** Reads weights from the engine, keyed by `prefix` and name. The arrays may be the engine's own: do not write to them. */
export async function readWeights(weights: readonly Weight[], prefix = ""): Promise<NamedArrays> {
  return readTensors(new Map(weights.map(({ name, variable }) => [prefix + name, variable])));
}

/** Reads named tensors from the engine. */
export async function readTensors(tensors: ReadonlyMap<string, Tensor>): Promise<NamedArrays> {
  const arrays = new Map<string, NumericArray>();
  for (const [name, tensor] of tensors) {
    arrays.set(name, { data: await tensor.data(), shape: tensor.shape });
  }
  return arrays;
}

/** The arrays whose names begin with a prefix, such as "encoder/", named without it. */
export function arraysUnder<Value>(prefix: string, arrays: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map(
    [...arrays].flatMap(([name, array]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), array] as const] : []
    )
  );
}
