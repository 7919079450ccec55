import type { Rank } from "@ssl3d/core";
import { validate } from "@ssl3d/core";
import { unetEncoderOptions, type UnetEncoderOptions } from "@ssl3d/nn";

/** A layer as a descriptor lists it; nested models have layers of their own. */
export interface KerasLayer {
  readonly name: string;
  readonly class: string;
  readonly output_shape?: readonly unknown[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly layers?: readonly KerasLayer[];
}

/** What the layers of the original's encoder amount to. */
export interface OriginalEncoder {
  readonly rank: Rank;
  readonly channels: number;
  readonly options: UnetEncoderOptions;
}

/** The lists of layers are read from JSON that the goldens' makers wrote. */
export function layersOf(json: Readonly<Record<string, unknown>>): readonly KerasLayer[] {
  return json["layers"] as readonly KerasLayer[];
}

/**
 * Reads the original's encoder (SEMANTICS section 1) off its layers. TensorFlow's CPU kernel gave tied maxima of volumes
 * the gradient several times over when the goldens were made, so the same is asked of ours.
 */
export function readEncoder(layers: readonly KerasLayer[]): OriginalEncoder {
  const input = layers.find((layer) => layer.class === "InputLayer");
  const shape = (input?.output_shape ?? []).flat() as readonly (number | null)[];
  const rank = shape.length - 2;
  if (rank !== 2 && rank !== 3) throw new Error(`an encoder of rank ${rank} is not understood`);
  const convolutions = layers.filter((layer) => /^Conv[23]D$/.test(layer.class));
  const rates = layers.filter((layer) => layer.class === "Dropout").map((layer) => layer.config?.["rate"] as number);
  const last = layers[layers.length - 1]?.class ?? "";
  const [rate = 0, next = rate] = rates;
  const options = {
    filters: convolutions[0]?.config?.["filters"],
    levels: convolutions.length / 2 - 1,
    pooling: last.startsWith("Max") ? "max" : last.startsWith("Average") ? "average" : "none",
    batchNorm: layers.some((layer) => layer.class === "BatchNormalization"),
    dropout: rate,
    dropoutChangePerLevel: next - rate,
    maxPoolTies: rank === 3 ? "all" : "first",
  };
  return { rank, channels: shape[rank + 1] as number, options: validate(unetEncoderOptions, options, "the descriptor's layers") };
}

/** Whether the layers are those of the original's encoder: convolutions in pairs whose filters double from level to level. */
export function isOriginalEncoder(layers: readonly KerasLayer[]): boolean {
  const known = /^(InputLayer|Conv[23]D|BatchNormalization|Dropout|(Max|Average)Pooling[23]D)$/;
  const filters = layers.filter((layer) => /^Conv[23]D$/.test(layer.class)).map((layer) => layer.config?.["filters"] as number);
  return (
    filters.length >= 4 &&
    layers.every((layer) => known.test(layer.class)) &&
    filters.every((count, index) => count === (filters[0] as number) * 2 ** Math.floor(index / 2))
  );
}

/** All layers of a model and of those nested in it. */
export function flattenLayers(layers: readonly KerasLayer[]): KerasLayer[] {
  return layers.flatMap((layer) => (layer.layers === undefined ? [layer] : flattenLayers(layer.layers)));
}
