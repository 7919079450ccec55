import { densenet, inceptionResnetV2Network, inceptionV3Network, resnet, type NetworkGraph } from "@ssl3d/tasks-2d";
import type { KerasLayer } from "../keras-layers.js";

/** A layer of a Keras application; older descriptors keep its settings in `config`, others beside its name. */
export type ApplicationLayer = KerasLayer & Readonly<Record<string, unknown>>;

/** A layer's setting, wherever the descriptor keeps it. */
function settingOf(layer: ApplicationLayer, name: string): unknown {
  return layer[name] ?? layer.config?.[name];
}

/** The convolutions of blocks, by stage and block: how many stages there are, how many blocks each, how wide they are. */
function readBlocks(layers: readonly ApplicationLayer[], part: string): { blocks: number; filters: number }[] {
  const stages = new Map<number, { blocks: number; filters: number }>();
  for (const layer of layers) {
    const match = new RegExp(`^conv(\\d+)_block(\\d+)_${part}_conv$`).exec(layer.name);
    if (match === null) continue;
    stages.set(Number(match[1]), { blocks: Number(match[2]), filters: settingOf(layer, "filters") as number });
  }
  return [...stages].sort(([a], [b]) => a - b).map(([, stage]) => stage);
}

/** Our network of the family and size that the layers' names show; undefined where they are no Keras application. */
export function readApplication(layers: readonly ApplicationLayer[]): NetworkGraph | undefined {
  const named = (pattern: RegExp): boolean => layers.some(({ name }) => pattern.test(name));
  if (named(/^block35_1_mixed$/)) return inceptionResnetV2Network();
  if (named(/^mixed9_0$/)) return inceptionV3Network();
  const first = layers.find((layer) => layer.class === "Conv2D");
  const stem = first === undefined ? 0 : (settingOf(first, "filters") as number);
  if (named(/^conv2_block1_concat$/)) {
    const blocks = readBlocks(layers, "2");
    return densenet({ blocks: blocks.map((block) => block.blocks), growth: blocks[0]!.filters, stem });
  }
  if (named(/^conv2_block1_out$/)) return resnet({ version: named(/_preact_bn$/) ? 2 : 1, stem, stages: readBlocks(layers, "1") });
  return undefined;
}

/** The layers up to a global pooling and what is behind it. */
export function withoutPooling(layers: readonly ApplicationLayer[]): {
  readonly network: readonly ApplicationLayer[];
  readonly pooling: "none" | "max" | "average";
  readonly behind: readonly ApplicationLayer[];
} {
  const place = layers.findIndex((layer) => /^Global(Max|Average)Pooling2D$/.test(layer.class));
  if (place < 0) return { network: layers, pooling: "none", behind: [] };
  const pooling = layers[place]!.class.startsWith("GlobalMax") ? "max" : "average";
  return { network: layers.slice(0, place), pooling, behind: layers.slice(place + 1) };
}
