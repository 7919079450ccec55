import { channelsOf, type NetworkGraph, type NetworkNode } from "./network-graph.js";

/** The same network with a share of its channels everywhere, rounded up. */
export function narrow(graph: NetworkGraph, width: number): NetworkGraph {
  if (width === 1) return graph;
  const nodes = graph.nodes.map((node) => withFilters(node, (filters) => Math.ceil(filters * width)));
  // what is added to joined branches needs as many channels as they have together, which rounding up has changed
  const channels = channelsOf({ ...graph, nodes }, 1);
  for (const { operation, inputs } of graph.nodes) {
    const [first, second] = inputs;
    if (operation.kind === "add") nodes[second!] = withFilters(nodes[second!]!, () => channels[first!]!);
  }
  return { ...graph, nodes };
}

function withFilters(node: NetworkNode, change: (filters: number) => number): NetworkNode {
  const { operation } = node;
  return operation.kind === "convolution" ? { ...node, operation: { ...operation, filters: change(operation.filters) } } : node;
}
