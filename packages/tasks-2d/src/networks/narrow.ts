import type { NetworkGraph } from "./network-graph.js";

/** The same network with a share of its channels everywhere, rounded up. */
export function narrow(graph: NetworkGraph, width: number): NetworkGraph {
  if (width === 1) return graph;
  const nodes = graph.nodes.map((node) => {
    const { operation } = node;
    if (operation.kind !== "convolution") return node;
    return { ...node, operation: { ...operation, filters: Math.ceil(operation.filters * width) } };
  });
  return { ...graph, nodes };
}
