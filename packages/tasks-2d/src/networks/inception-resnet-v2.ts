import { addBranches, addConvolution, addInceptionStem, inceptionMinimum, type Branch } from "./inception-blocks.js";
import { NetworkBuilder, type NetworkGraph, type Padding } from "./network-graph.js";

/** One stride of the network: what leads down to it, then residual blocks that add their scaled branches to the input. */
interface Stage {
  readonly stride: number;
  readonly entry: { readonly name: string; readonly branches: readonly Branch[]; readonly channels: number };
  readonly residual: { readonly name: string; readonly count: number; readonly scale: number; readonly branches: readonly Branch[] };
}

const STAGES: readonly Stage[] = [
  {
    stride: 8,
    entry: { name: "mixed_5b", branches: [[[96]], [[48], [64, 5]], [[64], [96, 3], [96, 3]], ["average", [64]]], channels: 320 },
    residual: { name: "block35", count: 10, scale: 0.17, branches: [[[32]], [[32], [32, 3]], [[32], [48, 3], [64, 3]]] },
  },
  {
    stride: 16,
    entry: { name: "mixed_6a", branches: [[[384, 3, 2]], [[256], [256, 3], [384, 3, 2]], ["max"]], channels: 1088 },
    residual: { name: "block17", count: 20, scale: 0.1, branches: [[[192]], [[128], [160, [1, 7]], [192, [7, 1]]]] },
  },
  {
    stride: 32,
    entry: {
      name: "mixed_7a",
      branches: [[[256], [384, 3, 2]], [[256], [288, 3, 2]], [[256], [288, 3], [320, 3, 2]], ["max"]],
      channels: 2080,
    },
    residual: { name: "block8", count: 9, scale: 0.2, branches: [[[192]], [[192], [224, [1, 3]], [256, [3, 1]]]] },
  },
];

/**
 * InceptionResNetV2 as in Keras applications, layer for layer (Szegedy et al. 2017, arXiv:1602.07261).
 *
 * @param padding "valid" as Keras, whose sizes are smaller than the stride says; "same" for exact ones
 */
export function inceptionResnetV2(padding: Padding = "valid"): NetworkGraph {
  const network = new NetworkBuilder();
  let x = addInceptionStem(network, padding);
  for (const { stride, entry, residual } of STAGES) {
    x = addBranches(network, entry.name, x, entry.branches, padding);
    const addResidual = (name: string, scale: number): number => {
      const joined = addBranches(network, name, x, residual.branches, padding);
      const branch = network.convolution(`${name}/up`, joined, entry.channels, { bias: true });
      return network.add(`${name}/add`, { kind: "add", scale }, x, branch);
    };
    for (let index = 1; index <= residual.count; index++) {
      const name = `${residual.name}_${index}`;
      x = network.relu(`${name}/relu`, addResidual(name, residual.scale));
    }
    if (stride < 32) network.level(x, stride);
    else x = addResidual(`${residual.name}_${residual.count + 1}`, 1);
  }
  network.level(addConvolution(network, "conv_7b", x, [1536], "same"), 32);
  return network.build(inceptionMinimum(padding));
}
