import type { WeightPlace } from "../build-layout.js";
import { placeOf } from "./folder-content.js";
import type { PlannedGroup } from "./keras-plan.js";

/** A layer with weights of one of our networks: the prefix of its weights' names, and they. */
export interface OwnLayer {
  readonly prefix: string;
  readonly part: "encoder" | "task" | "head";
  readonly weights: readonly WeightPlace[];
}

/** A layer as Keras names it; most have no weights. */
export interface KerasLayer {
  readonly name: string;
  readonly weights: readonly (PlannedGroup["weights"][number] & { readonly trainable: boolean })[];
}

/** What Keras calls the weights of a layer. */
const ROLES: Readonly<Record<string, string>> = {
  kernel: "kernel",
  recurrent_kernel: "recurrent_kernel",
  bias: "bias",
  scale: "gamma",
  offset: "beta",
  movingMean: "moving_mean",
  movingVariance: "moving_variance",
};

/** Weights gathered to layers, in order. */
export function layersOf(part: OwnLayer["part"], weights: readonly WeightPlace[]): OwnLayer[] {
  const layers = new Map<string, WeightPlace[]>();
  for (const weight of weights) {
    const prefix = weight.name.slice(0, weight.name.lastIndexOf("/"));
    layers.set(prefix, [...(layers.get(prefix) ?? []), weight]);
  }
  return [...layers].map(([prefix, own]) => ({ prefix, part, weights: own }));
}

/** Whether a layer is a batch normalisation. */
export function isNormalisation({ weights }: OwnLayer): boolean {
  return weights.some(({ trainable }) => !trainable);
}

/**
 * Names layers as a fresh Keras session does: by their kind, with a number that counts those of the kind in the order of their making.
 */
export class KerasSession {
  readonly #made = new Map<string, number>();

  /** "dense", then "dense_1", ...; inputs count from "input_1". */
  name(kind: string): string {
    const number = (this.#made.get(kind) ?? (kind === "input" ? 1 : 0)) + 1;
    this.#made.set(kind, number);
    return number === 1 ? kind : `${kind}_${number - 1}`;
  }

  /** A layer without weights. */
  plain(kind: string): KerasLayer {
    return { name: this.name(kind), weights: [] };
  }

  /** A layer with weights; named by its kind where no name is given. */
  weighted(layer: OwnLayer, name: string = this.name(kindOf(layer))): KerasLayer {
    return {
      name,
      weights: layer.weights.map((weight) => ({
        name: `${name}/${ROLES[weight.name.slice(layer.prefix.length + 1)]!}:0`,
        place: placeOf(layer.part, weight.name),
        trainable: weight.trainable,
      })),
    };
  }
}

function kindOf(layer: OwnLayer): string {
  if (isNormalisation(layer)) return "batch_normalization";
  if (layer.weights.some(({ name }) => name.endsWith("/recurrent_kernel"))) return "gru";
  const axes = layer.weights[0]!.shape.length;
  if (axes === 2) return "dense";
  return `conv${axes - 2}d${layer.prefix.endsWith("/up") ? "_transpose" : ""}`;
}

/** A group for every layer, as a flat model is stored. */
export function flat(layers: readonly KerasLayer[]): PlannedGroup[] {
  return layers.map((layer) => nested(layer.name, [layer]));
}

/** One group for a model within a model: what is trained of all layers, then their moving statistics. */
export function nested(name: string, layers: readonly KerasLayer[]): PlannedGroup {
  const weights = layers.flatMap((layer) => layer.weights);
  const inOrder = [...weights.filter(({ trainable }) => trainable), ...weights.filter(({ trainable }) => !trainable)];
  return { name, weights: inOrder.map(({ name: weight, place }) => ({ name: weight, place })) };
}
