import type { BufferPool } from "../fields/buffer-pool.js";
import { voxelCount } from "../../volume/volume.js";
import { sampleTrilinear } from "../fields/trilinear.js";
import type { AnatomyPack } from "./anatomy-pack.js";
import type { CaseGrid } from "./geometry.js";

/** Values per voxel of an anatomy: probability of cerebrospinal fluid, grey and white matter, and the scan's own texture. */
export const TISSUES = 4;

/** An anatomy carried onto a case's grid. */
export interface BrainMaps {
  /** {@link TISSUES} values per voxel. */
  readonly tissue: Float32Array;
  /** 1 where tissue is more likely than not. */
  readonly brain: Uint8Array;
}

/** Reads the anatomy at the positions given (see `anatomyPositions`); `tissue` comes from the pool. */
export function sampleAnatomy(
  anatomy: AnatomyPack,
  positions: Float32Array,
  grid: CaseGrid,
  pool: BufferPool,
): BrainMaps {
  const voxels = voxelCount(grid.size);
  const tissue = pool.take(voxels * TISSUES);
  sampleTrilinear(anatomy, positions, tissue, "zero");
  const brain = new Uint8Array(voxels);
  for (let i = 0, at = 0; i < voxels; i++, at += TISSUES) {
    brain[i] = tissue[at]! + tissue[at + 1]! + tissue[at + 2]! > 0.5 ? 1 : 0;
  }
  return { tissue, brain };
}
