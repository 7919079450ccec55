import { notRecognised } from "../errors.js";
import type { ConfigLayer } from "./model-config.js";
import type { Recognised } from "./recognised.js";

/** A letter for each class of layer whose place matters in inference. */
const LETTERS: readonly (readonly [RegExp, string])[] = [
  [/^Conv[23]D$/, "C"],
  [/^BatchNormalization$/, "B"],
  [/^MaxPooling[23]D$/, "M"],
  [/^AveragePooling[23]D$/, "A"],
  [/^UpSampling[23]D$/, "U"],
  [/^Conv[23]DTranspose$/, "T"],
  [/^Concatenate$/, "K"],
  [/^(Flatten|Dense|GRU)$/, "f"],
];

/**
 * Holds the layers of a full model on the U-Net encoder against the original's order: one more pooling, or another skip, has no weights
 * that would show it.
 * @throws SSL3D_KERAS_NOT_RECOGNISED
 */
export function checkOrder(label: string, all: readonly ConfigLayer[], { encoder, kind, part }: Recognised): void {
  const { levels, batchNorm, pooling } = encoder!.options as { readonly levels: number; readonly batchNorm: boolean; readonly pooling: string };
  const layers = flattenOnce(all, new Set());
  const found = layers.map((layer) => LETTERS.find(([classes]) => classes.test(layer.class))?.[1] ?? "").join("");
  const block = (normalised: unknown): string => (normalised === true ? "CBCB" : "CC");
  const end = pooling === "max" ? "M" : pooling === "average" ? "A" : "";
  const own = `${block(batchNorm)}M`.repeat(levels) + block(batchNorm) + end;
  const decoder = `${end === "" ? "" : "U"}${`TK${block(part?.options["batchNorm"])}`.repeat(levels)}C`;
  const fits = kind === "segmentation" ? found === own + decoder : found.startsWith(own) && !/[CMAUT]/.test(found.slice(own.length)) && (kind !== "encoder" || !/K/.test(found));
  if (!fits) throw notRecognised(label, "layers in another order than the original's: a pooling, an upsampling or a concatenation lies elsewhere or is one too many");
  for (const layer of layers) {
    const [first, second] = layer.inbound;
    const joinsUpsampled = layers.some(({ name, class: type }) => name === first && /Transpose$/.test(type));
    if (kind === "segmentation" && layer.class === "Concatenate" && second !== undefined && !joinsUpsampled) {
      throw notRecognised(label, `skips that are joined before what was upsampled ("${layer.name}"), not behind it`);
    }
  }
}

/** All layers, in order; a network that a model holds twice once. Other layers within and without may share a name. */
function flattenOnce(layers: readonly ConfigLayer[], seen: Set<string>): ConfigLayer[] {
  return layers.flatMap((layer) => {
    if (layer.layers === undefined) return [layer];
    const text = JSON.stringify(layer.config);
    if (seen.has(text)) return [];
    seen.add(text);
    return flattenOnce(layer.layers, seen);
  });
}
