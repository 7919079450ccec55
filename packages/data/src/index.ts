export type { NiftiHeader } from "./nifti/header.js";
export { readNifti, readNiftiHeader, type ReadNiftiOptions } from "./nifti/read-nifti.js";
export { writeNifti, type WriteNiftiOptions } from "./nifti/write-nifti.js";
export { readNpy, type NpyArray } from "./npy/read-npy.js";
export { writeNpy } from "./npy/write-npy.js";
export { readNpz, writeNpz } from "./npy/npz.js";
export {
  affineFromSpacing,
  determinant,
  IDENTITY,
  invertAffine,
  multiplyAffines,
  spacingOf,
  subgridAffine,
  toWorld,
} from "./volume/affine.js";
export { requireFinite, type NotFinitePolicy } from "./volume/finite.js";
export { createVolume, rankOf, toFloat32, voxelCount, withVoxels, type VolumeParts } from "./volume/volume.js";
export { allocateLike, allocateVoxels, voxelTypeOf, type VoxelType } from "./volume/voxel-type.js";
