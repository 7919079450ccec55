import type { NetworkGraph, Operation, Padding } from "./network-graph.js";

/** Spatial size [height, width] of a network's last level for images of this size, as its layers round. */
export function outputSize({ nodes, levels }: NetworkGraph, imageSize: readonly number[]): number[] {
  const sizes: (readonly number[])[] = [];
  for (const { operation, inputs } of nodes) {
    const input = sizes[inputs[0] ?? 0] ?? imageSize;
    sizes.push(input.map((length, axis) => lengthAfter(operation, length, axis)));
  }
  return [...sizes[levels[levels.length - 1]!.node]!];
}

function lengthAfter(operation: Operation, length: number, axis: number): number {
  switch (operation.kind) {
    case "convolution":
      return windowsAlong(length, operation.kernel[axis]!, operation.strides, operation.padding);
    case "maxPool":
      return windowsAlong(length, operation.size, operation.strides, operation.padding);
    case "averagePool":
      return windowsAlong(length, 2, 2, "valid");
    case "subsample":
      return windowsAlong(length, 1, operation.strides, "valid");
    case "pad":
      return length + 2 * operation.amount;
    default:
      return length;
  }
}

function windowsAlong(length: number, window: number, strides: number, padding: Padding): number {
  return padding === "same" ? Math.ceil(length / strides) : Math.floor((length - window) / strides) + 1;
}
