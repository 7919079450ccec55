import { axisView } from "./axes.js";

/**
 * The voxels of a mask that can be reached from `seed` (an index into the mask) through shared faces, as a new mask of 0
 * and 1; empty where the seed lies outside. Any rank.
 */
export function connectedComponent(mask: Uint8Array, size: readonly number[], seed: number): Uint8Array {
  const component = new Uint8Array(mask.length);
  if (mask[seed] === undefined || mask[seed] === 0) return component;
  const axes = size.map((_, axis) => axisView(size, axis));
  const stack = [seed];
  component[seed] = 1;
  for (let voxel = stack.pop(); voxel !== undefined; voxel = stack.pop()) {
    for (const { length, inner } of axes) {
      const position = Math.floor(voxel / inner) % length;
      if (position > 0) visit(voxel - inner);
      if (position < length - 1) visit(voxel + inner);
    }
  }
  return component;

  function visit(voxel: number): void {
    if (mask[voxel] === 0 || component[voxel] === 1) return;
    component[voxel] = 1;
    stack.push(voxel);
  }
}
