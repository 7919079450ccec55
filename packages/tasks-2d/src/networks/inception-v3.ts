import { addBranches, addInceptionStem, inceptionMinimum, type Branch } from "./inception-blocks.js";
import { NetworkBuilder, type NetworkGraph, type Padding } from "./network-graph.js";

const wide = (pooled: number): Branch[] => [[[64]], [[48], [64, 5]], [[64], [96, 3], [96, 3]], ["average", [pooled]]];

const long = (inner: number): Branch[] => [
  [[192]],
  [[inner], [inner, [1, 7]], [192, [7, 1]]],
  [[inner], [inner, [7, 1]], [inner, [1, 7]], [inner, [7, 1]], [192, [1, 7]]],
  ["average", [192]],
];

const forked: Branch[] = [
  [[320]],
  [[384], { fork: [[384, [1, 3]], [384, [3, 1]]] }],
  [[448], [384, 3], { fork: [[384, [1, 3]], [384, [3, 1]]] }],
  ["average", [192]],
];

/** The blocks behind the stem, by the stride at which they work; the first of a stride leads down to it. */
const BLOCKS: readonly { readonly stride: number; readonly blocks: readonly (readonly Branch[])[] }[] = [
  { stride: 8, blocks: [wide(32), wide(64), wide(64)] },
  {
    stride: 16,
    blocks: [[[[384, 3, 2]], [[64], [96, 3], [96, 3, 2]], ["max"]], long(128), long(160), long(160), long(192)],
  },
  {
    stride: 32,
    blocks: [[[[192], [320, 3, 2]], [[192], [192, [1, 7]], [192, [7, 1]], [192, 3, 2]], ["max"]], forked, forked],
  },
];

/**
 * InceptionV3 as in Keras applications, layer for layer (Szegedy et al. 2016, arXiv:1512.00567).
 *
 * @param padding "valid" as Keras, whose sizes are smaller than the stride says; "same" for exact ones
 */
export function inceptionV3(padding: Padding = "valid"): NetworkGraph {
  const network = new NetworkBuilder();
  let x = addInceptionStem(network, padding);
  let index = 0;
  for (const { stride, blocks } of BLOCKS) {
    for (const branches of blocks) x = addBranches(network, `mixed${index++}`, x, branches, padding);
    network.level(x, stride);
  }
  return network.build(inceptionMinimum(padding));
}
