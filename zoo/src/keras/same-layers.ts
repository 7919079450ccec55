import { layerOrder, type NetworkGraph, type Operation } from "@ssl3d/tasks-2d";

/** A layer of a Keras application; its settings lie beside its name or in `config`. */
export interface ListedLayer {
  readonly name: string;
  readonly class: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly inbound?: readonly string[];
}

/** Old versions scaled residuals in a Lambda layer, whose arguments are data. */
function settingOf(layer: ListedLayer, name: string): unknown {
  const scale = name === "scale" && layer.class === "Lambda" ? (layer.config?.["arguments"] as Readonly<Record<string, unknown>> | undefined)?.["scale"] : undefined;
  return (layer as unknown as Readonly<Record<string, unknown>>)[name] ?? layer.config?.[name] ?? scale;
}

/** The first thing in which a Keras application differs from our network. */
export interface LayerDifference {
  readonly layer: string;
  readonly setting: string;
  readonly expected: unknown;
  readonly received: unknown;
}

/** Holds a Keras application's layers against our network, one for one in Keras' order: kind, settings and what each takes. */
export function layerDifference(graph: NetworkGraph, layers: readonly ListedLayer[]): LayerDifference | undefined {
  const order = layerOrder(graph);
  if (order.length !== layers.length) return { layer: layers[layers.length - 1]?.name ?? "", setting: "number of layers", expected: order.length, received: layers.length };
  const places = new Map(layers.map(({ name }, place) => [name, order[place]!]));
  for (const layer of layers) {
    const node = graph.nodes[places.get(layer.name)!]!;
    for (const [setting, expected] of Object.entries(describe(node.operation))) {
      const received = setting === "class" ? layer.class.replace(/^(CustomScaleLayer|Lambda)$/, "Add") : settingOf(layer, setting);
      if (received !== undefined && JSON.stringify(received) !== JSON.stringify(expected)) return { layer: layer.name, setting, expected, received };
    }
    const received = layer.inbound?.map((name) => places.get(name)).join();
    if (received !== undefined && received !== node.inputs.join()) {
      return { layer: layer.name, setting: "inputs", expected: node.inputs.map((input) => graph.nodes[input]!.name), received: layer.inbound };
    }
  }
  return undefined;
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
