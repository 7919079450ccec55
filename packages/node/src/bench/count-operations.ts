import type { Weight } from "@ssl3d/core";

/**
 * Floating-point operations of one training step through the kernels given: a multiplication and an addition for each number of
 * a kernel at each position it is applied to, in the forward pass, the data gradient and the filter gradient.
 *
 * @param positionsOf - How often a kernel is applied in one step: voxels times batch for a convolution (of the input's voxels for
 * a transposed one), rows for a matrix.
 * @param isFirst - Whether a kernel meets the data themselves, which need no gradient.
 */
export function countOperations(
  weights: readonly Weight[],
  positionsOf: (weight: Weight) => number,
  isFirst: (weight: Weight) => boolean = () => false,
): number {
  return weights
    .filter(({ name }) => name.endsWith("kernel"))
    .reduce((sum, weight) => sum + (isFirst(weight) ? 2 : 3) * 2 * weight.variable.size * positionsOf(weight), 0);
}

/** Positions of an encoder's kernels: its names tell the level, which has `batch` * (`side` / 2^level)^3 voxels, rounded down at each. */
export function encoderPositions({ name }: Weight, batch: number, side: number): number {
  const level = Number(/^level(\d+)\//.exec(name)?.[1]);
  return batch * Math.floor(side / 2 ** level) ** 3;
}

/** The kernel that meets the images. */
export const FIRST_KERNEL = "level0/conv1/kernel";
