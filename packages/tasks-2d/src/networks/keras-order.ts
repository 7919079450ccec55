import type { NetworkGraph } from "./network-graph.js";

/**
 * Places of the nodes in the order in which Keras lists a model's layers, and so its weights: by the longest way to the
 * output, farthest first; those equally far in the order in which a walk from the output back to the images meets them.
 */
export function kerasOrder({ nodes, levels }: NetworkGraph): number[] {
  const output = levels[levels.length - 1]!.node;
  const met = new Map<number, number>();
  const finished: number[] = [];
  const walk = (place: number): void => {
    if (met.has(place)) return;
    met.set(place, met.size);
    nodes[place]!.inputs.forEach(walk);
    finished.push(place);
  };
  walk(output);
  const distance = new Map([[output, 0]]);
  for (const place of finished.reverse()) {
    for (const input of nodes[place]!.inputs) distance.set(input, Math.max(distance.get(input) ?? 0, distance.get(place)! + 1));
  }
  return [...met.keys()].sort((a, b) => distance.get(b)! - distance.get(a)! || met.get(a)! - met.get(b)!);
}
