import type { Weight } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import h5wasm, { Dataset, Group, type Attribute } from "h5wasm/node";

/** A weight in a Keras file. */
export interface KerasWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * All weights of a Keras HDF5 file, in its order: groups as the attribute layer_names lists them, weights as each group's
 * weight_names does. Full models keep them under /model_weights, weight files at the root. A network that a model holds twice
 * is stored twice, with equal names and values, and read once.
 */
export async function readKerasWeights(path: string): Promise<KerasWeight[]> {
  await h5wasm.ready;
  const file = new h5wasm.File(path, "r");
  try {
    const root = file.get("model_weights") ?? file;
    if (!(root instanceof Group)) throw new Error("/model_weights is no group");
    const groups = names(root.attrs["layer_names"]).map((layer) => {
      const group = root.get(layer);
      if (!(group instanceof Group)) throw new Error(`layer group "${layer}" is missing`);
      return names(group.attrs["weight_names"]).map((name) => readWeight(group, name));
    });
    return groups.filter((group, index) => !groups.slice(0, index).some((earlier) => sameWeights(earlier, group))).flat();
  } finally {
    file.close();
  }
}

function sameWeights(a: readonly KerasWeight[], b: readonly KerasWeight[]): boolean {
  const same = (x: KerasWeight, y: KerasWeight | undefined): boolean =>
    x.name === y?.name && x.data.length === y.data.length && x.data.every((value, i) => value === y.data[i]);
  return a.length === b.length && a.every((weight, index) => same(weight, b[index]));
}

function names(attribute: Attribute | undefined): string[] {
  const value = attribute?.value;
  return Array.isArray(value) ? value.map(String) : [];
}

function readWeight(group: Group, name: string): KerasWeight {
  const dataset = group.get(name);
  if (!(dataset instanceof Dataset)) throw new Error(`weight "${name}" is missing`);
  return { name, shape: dataset.shape ?? [], data: Float32Array.from(dataset.value as ArrayLike<number>) };
}

/**
 * Puts a file's weights into ours by position. Keras lists a flat model layer by layer, and a nested one with all
 * trainable weights first and the moving statistics after, so each goes to the next of its sort; names do not matter.
 * With `surplus` "ignored" our weights may be the first part of a bigger model, as the encoder is in a proxy model.
 */
export function assignKerasWeights(
  weights: readonly Weight[],
  stored: readonly KerasWeight[],
  surplus: "refused" | "ignored" = "refused",
): void {
  const trained = weights.filter((weight) => weight.trainable);
  const statistics = weights.filter((weight) => !weight.trainable);
  for (const { name, shape, data } of stored) {
    const target = (/moving_(mean|variance)/.test(name) ? statistics : trained).shift();
    if (target === undefined && surplus === "ignored") continue;
    if (target === undefined) throw new Error(`the file has more weights than the network, from "${name}" on`);
    if (target.variable.shape.join() !== shape.join()) {
      throw new Error(`"${name}" has shape [${shape.join(", ")}], "${target.name}" needs [${target.variable.shape.join(", ")}]`);
    }
    assign(target, data);
  }
  const left = trained[0] ?? statistics[0];
  if (left !== undefined) throw new Error(`the file has no weight for "${left.name}"`);
}

/** Puts one flat array into weights, one after the other. */
export function assignFlat(weights: readonly Weight[], flat: ArrayLike<number>): void {
  let offset = 0;
  for (const weight of weights) {
    const { size } = weight.variable;
    assign(weight, Float32Array.from({ length: size }, (_, i) => flat[offset + i] as number));
    offset += size;
  }
  if (offset !== flat.length) throw new Error(`the network has ${offset} values in these weights, the file ${flat.length}`);
}

function assign({ variable }: Weight, data: Float32Array): void {
  const value = tf.tensor(data, variable.shape);
  variable.assign(value);
  value.dispose();
}
