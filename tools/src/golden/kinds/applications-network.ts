import { densenet, inceptionResnetV2Network, inceptionV3Network, layerOrder, resnet, type NetworkGraph, type Operation } from "@ssl3d/tasks-2d";
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

/** Fails unless our network has the descriptor's layers, one for one in Keras' order: kind, settings and what each takes. */
export function expectSameLayers(graph: NetworkGraph, layers: readonly ApplicationLayer[]): void {
  const order = layerOrder(graph);
  if (order.length !== layers.length) throw new Error(`our network has ${order.length} layers, the original ${layers.length}`);
  const nodes = new Map(layers.map(({ name }, place) => [name, order[place]!]));
  for (const layer of layers) {
    const node = graph.nodes[nodes.get(layer.name)!]!;
    for (const [name, ours] of Object.entries(describe(node.operation))) {
      const original = name === "class" ? layer.class.replace("CustomScaleLayer", "Add") : settingOf(layer, name);
      if (original !== undefined && JSON.stringify(original) !== JSON.stringify(ours)) {
        throw new Error(`layer "${layer.name}": ${name} is ${JSON.stringify(original)}, that of our "${node.name}" ${JSON.stringify(ours)}`);
      }
    }
    const inbound = (layer["inbound"] as readonly string[] | undefined)?.map((name) => nodes.get(name)).join();
    if (inbound !== undefined && inbound !== node.inputs.join()) throw new Error(`layer "${layer.name}" takes others than our "${node.name}"`);
  }
}

/** An operation in Keras' words. */
function describe(operation: Operation): Readonly<Record<string, unknown>> {
  const pair = (value: number): number[] => [value, value];
  const pooling = (kind: "Max" | "Average", size: number, strides: number, padding: string): Record<string, unknown> => ({
    class: `${kind}Pooling2D`,
    pool_size: pair(size),
    strides: pair(strides),
    padding,
  });
  switch (operation.kind) {
    case "images":
      return { class: "InputLayer" };
    case "convolution": {
      const { filters, kernel, strides, padding, bias } = operation;
      return { class: "Conv2D", filters, kernel_size: kernel, strides: pair(strides), padding, use_bias: bias, activation: "linear" };
    }
    case "normalisation":
      return { class: "BatchNormalization", epsilon: operation.epsilon, momentum: 0.99, scale: operation.scale, center: true };
    case "relu":
      return { class: "Activation", activation: "relu" };
    case "pad":
      return { class: "ZeroPadding2D", padding: [pair(operation.amount), pair(operation.amount)] };
    case "maxPool":
      return pooling("Max", operation.size, operation.strides, operation.padding);
    case "averagePool":
      return pooling("Average", 2, 2, "valid");
    case "averageAround":
      return pooling("Average", 3, 1, "same");
    case "subsample":
      return pooling("Max", 1, operation.strides, "valid");
    case "add":
      return { class: "Add", scale: operation.scale };
    case "join":
      return { class: "Concatenate" };
  }
}
