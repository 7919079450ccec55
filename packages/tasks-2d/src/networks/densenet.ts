import { NetworkBuilder, type NetworkGraph } from "./network-graph.js";

/** The shape of a DenseNet. */
export interface DensenetShape {
  /** Dense layers of each block, shallow to deep. */
  readonly blocks: readonly number[];
  /** Channels that each dense layer adds. Default DenseNet-121's. */
  readonly growth?: number;
  /** Channels of the first convolution. Default DenseNet-121's. */
  readonly stem?: number;
}

/** The shape of DenseNet-121. */
export const DENSENET_121: Required<DensenetShape> = { blocks: [6, 12, 24, 16], growth: 32, stem: 64 };

const NORMALISATION = { epsilon: 1.001e-5, scale: true } as const;

/** DenseNet as in Keras applications, layer for layer; the nodes have Keras' names (Huang et al. 2017, arXiv:1608.06993). */
export function densenet({ blocks, growth = DENSENET_121.growth, stem = DENSENET_121.stem }: DensenetShape): NetworkGraph {
  const network = new NetworkBuilder();
  const padded = network.add("conv1/pad", { kind: "pad", amount: 3 }, network.images);
  let x = network.convolution("conv1/conv", padded, stem, { kernel: 7, strides: 2, padding: "valid" });
  x = network.normalised("conv1/bn", x, NORMALISATION);
  network.level(x, 2);
  x = network.add("pool1/pad", { kind: "pad", amount: 1 }, x);
  x = network.add("pool1", { kind: "maxPool", size: 3, strides: 2, padding: "valid" }, x);
  let channels = stem;
  blocks.forEach((layers, block) => {
    for (let layer = 1; layer <= layers; layer++) {
      const name = `conv${block + 2}_block${layer}`;
      const first = network.normalised(`${name}_0_bn`, x, NORMALISATION);
      const narrow = network.convolution(`${name}_1_conv`, first, 4 * growth, { padding: "valid" });
      const second = network.normalised(`${name}_1_bn`, narrow, NORMALISATION);
      const added = network.convolution(`${name}_2_conv`, second, growth, { kernel: 3 });
      x = network.join(`${name}_concat`, [x, added]);
    }
    channels += layers * growth;
    const last = block === blocks.length - 1;
    const name = `pool${block + 2}`;
    x = network.normalised(last ? "bn" : `${name}_bn`, x, NORMALISATION);
    network.level(x, 2 ** (block + 2));
    if (last) return;
    channels = Math.floor(channels / 2);
    x = network.convolution(`${name}_conv`, x, channels, { padding: "valid" });
    x = network.add(`${name}_pool`, { kind: "averagePool" }, x);
  });
  return network.build(2 ** (blocks.length + 1));
}
