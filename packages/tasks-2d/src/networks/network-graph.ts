/** What a node of a network does with the outputs of the nodes before it. Each is one layer in Keras. */
export type Operation =
  | { readonly kind: "images" }
  | {
      readonly kind: "convolution";
      readonly filters: number;
      /** Edges of the filter, [height, width]. */
      readonly kernel: readonly [number, number];
      readonly strides: number;
      readonly padding: Padding;
      readonly bias: boolean;
    }
  | { readonly kind: "normalisation"; readonly epsilon: number; readonly scale: boolean }
  | { readonly kind: "relu" }
  /** As many zeros before and behind, along both axes. */
  | { readonly kind: "pad"; readonly amount: number }
  | { readonly kind: "maxPool"; readonly size: number; readonly strides: number; readonly padding: Padding }
  /** Mean over windows of 2 voxels a side. */
  | { readonly kind: "averagePool" }
  /** Mean over the window of 3 voxels a side around each voxel. */
  | { readonly kind: "averageAround" }
  /** Every `strides`-th voxel. */
  | { readonly kind: "subsample"; readonly strides: number }
  /** first + scale * second */
  | { readonly kind: "add"; readonly scale: number }
  /** Channels one behind the other. */
  | { readonly kind: "join" };

/** "same": zeros around, so that only strides shrink the image. "valid": no zeros. */
export type Padding = "same" | "valid";

/** A layer of a network. */
export interface NetworkNode {
  /** Prefix of its weights' names. */
  readonly name: string;
  readonly operation: Operation;
  /** Places of the nodes that it takes, all before its own. */
  readonly inputs: readonly number[];
}

/** A network as data. */
export interface NetworkGraph {
  /** The first is the images. */
  readonly nodes: readonly NetworkNode[];
  /** The nodes that make up the pyramid, shallow to deep; the last is the network's output. */
  readonly levels: readonly { readonly node: number; readonly stride: number }[];
  /** The shortest side of images that it takes, voxels. */
  readonly minimumSide: number;
}

/** What a convolution may leave out. */
export interface ConvolutionSettings {
  /** Edges of the filter, [height, width], or one for both. Default 1. */
  readonly kernel?: number | readonly [number, number];
  /** Default 1. */
  readonly strides?: number;
  /** Default "same". */
  readonly padding?: Padding;
  /** Default false. */
  readonly bias?: boolean;
}

/** Puts a network together node by node; every method returns the place of the node it added. */
export class NetworkBuilder {
  /** The place of the images. */
  readonly images = 0;
  readonly #nodes: NetworkNode[] = [{ name: "images", operation: { kind: "images" }, inputs: [] }];
  readonly #levels: { node: number; stride: number }[] = [];

  add(name: string, operation: Operation, ...inputs: readonly number[]): number {
    return this.#nodes.push({ name, operation, inputs }) - 1;
  }

  convolution(name: string, x: number, filters: number, settings: ConvolutionSettings = {}): number {
    const { kernel = 1, strides = 1, padding = "same", bias = false } = settings;
    const edges = typeof kernel === "number" ? ([kernel, kernel] as const) : kernel;
    return this.add(name, { kind: "convolution", filters, kernel: edges, strides, padding, bias }, x);
  }

  /** Batch normalisation, then a ReLU. */
  normalised(name: string, x: number, { epsilon, scale }: { readonly epsilon: number; readonly scale: boolean }): number {
    return this.relu(`${name}/relu`, this.add(name, { kind: "normalisation", epsilon, scale }, x));
  }

  relu(name: string, x: number): number {
    return this.add(name, { kind: "relu" }, x);
  }

  join(name: string, parts: readonly number[]): number {
    return this.add(name, { kind: "join" }, ...parts);
  }

  /** Makes a node the next level of the pyramid. */
  level(node: number, stride: number): void {
    this.#levels.push({ node, stride });
  }

  build(minimumSide: number): NetworkGraph {
    return { nodes: this.#nodes, levels: this.#levels, minimumSide };
  }
}

/** Channels of every node's output. */
export function channelsOf({ nodes }: NetworkGraph, imageChannels: number): number[] {
  const channels: number[] = [];
  for (const { operation, inputs } of nodes) {
    const taken = inputs.map((input) => channels[input]!);
    if (operation.kind === "images") channels.push(imageChannels);
    else if (operation.kind === "convolution") channels.push(operation.filters);
    else channels.push(operation.kind === "join" ? taken.reduce((sum, count) => sum + count, 0) : taken[0]!);
  }
  return channels;
}

/** Numbers in all weights, moving statistics included: what Keras' `count_params` tells. */
export function countParameters(graph: NetworkGraph, imageChannels: number): number {
  const channels = channelsOf(graph, imageChannels);
  return graph.nodes.reduce((sum, { operation, inputs: [input] }, place) => {
    if (operation.kind === "convolution") {
      const { kernel, filters, bias } = operation;
      return sum + kernel[0] * kernel[1] * channels[input!]! * filters + (bias ? filters : 0);
    }
    return operation.kind === "normalisation" ? sum + (operation.scale ? 4 : 3) * channels[place]! : sum;
  }, 0);
}
