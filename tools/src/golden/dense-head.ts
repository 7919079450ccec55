import { createRandom } from "@ssl3d/core";
import { createDenseStack, type Layer } from "@ssl3d/nn";
import { flattenLayers, type KerasLayer } from "./keras-layers.js";

const ACTIVATIONS = ["linear", "relu", "sigmoid"] as const;

/** Whether the layers are those of a fully connected head, with or without its last layer, and nothing else. */
export function isDenseHead(layers: readonly KerasLayer[]): boolean {
  const flat = flattenLayers(layers).filter((layer) => layer.class !== "InputLayer");
  return flat[0]?.class === "Dense" && flat.every((layer) => /^(Dense|BatchNormalization|Dropout)$/.test(layer.class));
}

/**
 * A head of the original (SEMANTICS section 3), as `createDenseStack` builds it: widths, normalisation, dropout and the last
 * activation are read off the layers. One that ends in something else than a dense layer has no last layer of its own, as
 * on the proxy tasks. Its weights are to be overwritten.
 *
 * @param inputs features of one image
 */
export function buildDenseHead(layers: readonly KerasLayer[], inputs: number): Layer {
  const flat = flattenLayers(layers);
  const dense = flat.filter((layer) => layer.class === "Dense");
  const endsInDense = flat[flat.length - 1]?.class === "Dense";
  const top = dense[dense.length - 1];
  const named = top?.config?.["activation"];
  const activation = ACTIVATIONS.find((name) => name === named);
  if (top === undefined || activation === undefined) throw new Error("the head's last layer is not understood");
  const widthOf = (layer: KerasLayer): number => layer.output_shape?.at(-1) as number;
  return createDenseStack({
    name: "head",
    inputs,
    widths: (endsInDense ? dense.slice(0, -1) : dense).map(widthOf),
    batchNorm: flat.some((layer) => layer.class === "BatchNormalization"),
    dropout: (flat.find((layer) => layer.class === "Dropout")?.config?.["rate"] as number | undefined) ?? 0,
    top: endsInDense ? { outputs: widthOf(top), activation } : null,
    random: createRandom("golden"),
  });
}
