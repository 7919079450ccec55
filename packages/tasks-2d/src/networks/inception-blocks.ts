import type { NetworkBuilder, Padding } from "./network-graph.js";

/** A convolution with normalisation and ReLU: channels, filter edge or [height, width], and 2 where it halves the size. */
export type Convolution = readonly [filters: number, kernel?: number | readonly [number, number], strides?: 1 | 2];

/** Layers one after the other. A pooling comes first; the last entry may be several convolutions of one input, joined. */
export type Branch = readonly ("average" | "max" | Convolution | { readonly fork: readonly Convolution[] })[];

const NORMALISATION = { epsilon: 1e-3, scale: false } as const;

/** Convolution without bias, normalisation without scale, ReLU. `padding` is that of convolutions that halve the size. */
export function addConvolution(network: NetworkBuilder, name: string, x: number, [filters, kernel = 1, strides = 1]: Convolution, padding: Padding): number {
  const y = network.convolution(`${name}/conv`, x, filters, { kernel, strides, padding });
  return network.normalised(`${name}/norm`, y, NORMALISATION);
}

/** Branches side by side from one input, their channels joined. Where a branch halves the size, it does so with `padding`. */
export function addBranches(network: NetworkBuilder, name: string, x: number, branches: readonly Branch[], padding: Padding): number {
  const ends = branches.map((branch, index) => addBranch(network, `${name}/branch${index + 1}`, x, branch, padding));
  return network.join(`${name}/join`, ends);
}

function addBranch(network: NetworkBuilder, name: string, x: number, branch: Branch, padding: Padding): number {
  const convolution = (place: string, from: number, one: Convolution): number =>
    addConvolution(network, `${name}/${place}`, from, one, one[2] === 2 ? padding : "same");
  return branch.reduce<number>((from, part, index) => {
    const place = String(index + 1);
    if (part === "average") return network.add(`${name}/pool`, { kind: "averageAround" }, from);
    if (part === "max") return network.add(`${name}/pool`, { kind: "maxPool", size: 3, strides: 2, padding }, from);
    if (!("fork" in part)) return convolution(place, from, part);
    return network.join(`${name}/join`, part.fork.map((one, side) => convolution(`${place}${"ab"[side] ?? side}`, from, one)));
  }, x);
}

/** The first layers of both Inception networks: to an eighth of the size, 192 channels. Adds two levels of the pyramid. */
export function addInceptionStem(network: NetworkBuilder, padding: Padding): number {
  const halve = (name: string, x: number): number => network.add(name, { kind: "maxPool", size: 3, strides: 2, padding }, x);
  let x = addConvolution(network, "stem/1", network.images, [32, 3, 2], padding);
  x = addConvolution(network, "stem/2", x, [32, 3], padding);
  x = addConvolution(network, "stem/3", x, [64, 3], "same");
  network.level(x, 2);
  x = addConvolution(network, "stem/4", halve("stem/pool1", x), [80], padding);
  x = addConvolution(network, "stem/5", x, [192, 3], padding);
  network.level(x, 4);
  return halve("stem/pool2", x);
}

/** The shortest side of images, voxels: Keras' own bound without padding, one voxel of output with. */
export function inceptionMinimum(padding: Padding): number {
  return padding === "valid" ? 75 : 32;
}
