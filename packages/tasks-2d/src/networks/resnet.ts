import { NetworkBuilder, type NetworkGraph } from "./network-graph.js";

/** The shape of a ResNet. */
export interface ResnetShape {
  /** 1: He et al. 2015. 2: He et al. 2016, normalisation before convolution. */
  readonly version: 1 | 2;
  /** Channels of the first convolution. Default ResNet-50's. */
  readonly stem?: number;
  /** Bottleneck blocks of each stage, shallow to deep, and their inner channels; a block has four times as many outside. */
  readonly stages: readonly { readonly filters: number; readonly blocks: number }[];
}

/** The stages of the published networks, by their numbers of blocks. */
export function resnetStages(...blocks: readonly number[]): ResnetShape["stages"] {
  return blocks.map((count, stage) => ({ filters: 64 * 2 ** stage, blocks: count }));
}

/** The shape of ResNet-50. */
export const RESNET_50: Required<ResnetShape> = { version: 1, stem: 64, stages: resnetStages(3, 4, 6, 3) };

const NORMALISATION = { epsilon: 1.001e-5, scale: true } as const;

/** ResNet with bottleneck blocks as in Keras applications, layer for layer; the nodes have Keras' names. */
export function resnet({ version, stem = RESNET_50.stem, stages }: ResnetShape): NetworkGraph {
  const network = new NetworkBuilder();
  const padded = network.add("conv1_pad", { kind: "pad", amount: 3 }, network.images);
  let x = network.convolution("conv1_conv", padded, stem, { kernel: 7, strides: 2, padding: "valid", bias: true });
  if (version === 1) x = network.normalised("conv1_bn", x, NORMALISATION);
  network.level(x, 2);
  x = network.add("pool1_pad", { kind: "pad", amount: 1 }, x);
  x = network.add("pool1_pool", { kind: "maxPool", size: 3, strides: 2, padding: "valid" }, x);
  const block = version === 1 ? addBlock : addPreactivatedBlock;
  stages.forEach(({ filters, blocks }, stage) => {
    const last = stage === stages.length - 1;
    for (let index = 0; index < blocks; index++) {
      const shrinks = version === 1 ? index === 0 && stage > 0 : index === blocks - 1 && !last;
      const name = `conv${stage + 2}_block${index + 1}`;
      x = block(network, { name, x, filters, strides: shrinks ? 2 : 1, projects: index === 0, stride: 2 ** (stage + 2) });
    }
    if (version === 1) network.level(x, 2 ** (stage + 2));
  });
  if (version === 2) network.level(network.normalised("post_bn", x, NORMALISATION), 2 ** (stages.length + 1));
  return network.build(2 ** (stages.length + 1));
}

interface Block {
  readonly name: string;
  readonly x: number;
  readonly filters: number;
  readonly strides: number;
  /** Whether the shortcut is a convolution. */
  readonly projects: boolean;
  /** Of the block's input, where the block makes it smaller. */
  readonly stride: number;
}

function addBlock(network: NetworkBuilder, { name, x, filters, strides, projects }: Block): number {
  const layer = (part: string, from: number, count: number, kernel: number, step: number): number =>
    network.convolution(`${name}_${part}_conv`, from, count, { kernel, strides: step, bias: true, padding: kernel === 1 ? "valid" : "same" });
  const normalise = (part: string, from: number): number => network.add(`${name}_${part}_bn`, { kind: "normalisation", ...NORMALISATION }, from);
  const shortcut = projects ? normalise("0", layer("0", x, 4 * filters, 1, strides)) : x;
  const first = network.normalised(`${name}_1_bn`, layer("1", x, filters, 1, strides), NORMALISATION);
  const second = network.normalised(`${name}_2_bn`, layer("2", first, filters, 3, 1), NORMALISATION);
  const third = normalise("3", layer("3", second, 4 * filters, 1, 1));
  return network.relu(`${name}_out`, network.add(`${name}_add`, { kind: "add", scale: 1 }, shortcut, third));
}

function addPreactivatedBlock(network: NetworkBuilder, { name, x, filters, strides, projects, stride }: Block): number {
  const active = network.normalised(`${name}_preact_bn`, x, NORMALISATION);
  if (strides > 1) network.level(active, stride);
  const shortcut = projects
    ? network.convolution(`${name}_0_conv`, active, 4 * filters, { strides, padding: "valid", bias: true })
    : strides > 1
      ? network.add(`${name}_0_pool`, { kind: "subsample", strides }, x)
      : x;
  const narrow = network.convolution(`${name}_1_conv`, active, filters, { padding: "valid" });
  const padded = network.add(`${name}_2_pad`, { kind: "pad", amount: 1 }, network.normalised(`${name}_1_bn`, narrow, NORMALISATION));
  const spatial = network.convolution(`${name}_2_conv`, padded, filters, { kernel: 3, strides, padding: "valid" });
  const wide = network.normalised(`${name}_2_bn`, spatial, NORMALISATION);
  const branch = network.convolution(`${name}_3_conv`, wide, 4 * filters, { padding: "valid", bias: true });
  return network.add(`${name}_out`, { kind: "add", scale: 1 }, shortcut, branch);
}
