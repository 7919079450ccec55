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
export { gridOf, sameGrid, type Grid } from "./volume/grid.js";
export { cropAroundForeground } from "./transform/crop-around-foreground.js";
export { backgroundOf, cropToForeground, foregroundBox, type Box } from "./transform/foreground.js";
export { clipIntensities, clipPercentiles, minMax, zScore, type IntensityChange, type IntensityOptions } from "./transform/intensity.js";
export type { Interpolation } from "./transform/interpolate.js";
export { randomForegroundPatchStart, randomPatchStart } from "./transform/patch.js";
export { maskBorders } from "./transform/mask-borders.js";
export { copyBlock, cropBlocks, cropPatchGrid, gridPatchSize, placePatches, type ImageArray, type PatchGrid } from "./transform/patch-grid.js";
export { patchGridFields, type PatchGridOptions } from "./transform/patch-grid-fields.js";
export { middleSlice } from "./transform/middle-slice.js";
export { permuteAxes } from "./transform/permute-axes.js";
export { preprocess, preprocessLabels, type Preprocessed, type PreprocessingRecord } from "./transform/preprocess.js";
export { axisCodes, reorient, type Reoriented } from "./transform/reorient.js";
export { resampleOnto, restoreGeometry } from "./transform/resample-onto.js";
export { resampleToSize, resampleToSpacing, type ResampleOptions } from "./transform/resample.js";
export { scikitResize, type ScikitResizeOptions } from "./transform/scikit-resize.js";
export { cropOrPad, extractWindow, padToSize } from "./transform/window.js";
export { augment, augmentationOptions, type AugmentationInput, type AugmentationOptions } from "./augment/augment.js";
export { flip, rotateRight } from "./augment/flip.js";
export { varyIntensity, type IntensityVariation } from "./augment/intensity.js";
export { augmentAsOriginal, ORIGINAL_AUGMENTATIONS, PLANES, type OriginalAugmentation } from "./augment/original-augmentation.js";
export { rotate } from "./augment/rotate.js";
export { rotateInPlane, type SplineInterpolation } from "./augment/rotate-in-plane.js";
export { scaleAboutCentre } from "./augment/scale-about-centre.js";
export { stretchIntensity } from "./augment/stretch-intensity.js";
export { zoom } from "./augment/zoom.js";
export type { Cohort, CohortCase, CohortFile, CohortRequest } from "./cohort/cohort.js";
export { ANATOMIES, type Anatomy, type AnatomyName } from "./cohort/brain/anatomies.js";
export { anatomyLicence } from "./cohort/brain/anatomy-licence.js";
export { readAnatomyPack, type AnatomyPack } from "./cohort/brain/anatomy-pack.js";
export {
  createBrainCohort,
  type BrainCase,
  type BrainCohort,
  type BrainCohortRequest,
} from "./cohort/brain/brain-cohort.js";
export { brainCohortFiles } from "./cohort/brain/brain-cohort-files.js";
export { createPancreasCohort, type PancreasCase, type PancreasCohort } from "./cohort/pancreas/pancreas-cohort.js";
export { pancreasCohortFiles } from "./cohort/pancreas/pancreas-cohort-files.js";
export { pancreasCohortOptions, type PancreasCohortInput, type PancreasCohortOptions } from "./cohort/pancreas/pancreas-options.js";
export { brainCohortOptions, type BrainCohortInput, type BrainCohortOptions } from "./cohort/brain/brain-options.js";
export { readImage } from "./image/read-image.js";
export { createVolumeCache, type VolumeCache, type VolumeCacheOptions, type VolumeCacheStatistics } from "./cache/volume-cache.js";
export { brats, BRATS_CONTRASTS, type BratsOptions } from "./datasets/brats.js";
export { decathlon, type DecathlonOptions } from "./datasets/decathlon.js";
export type { FolderOptions } from "./datasets/folder-dataset.js";
export { imageFolder } from "./datasets/image-folder.js";
export { niftiFolder } from "./datasets/nifti-folder.js";
export { npyFolder, type NpyFolderOptions } from "./datasets/npy-folder.js";
export { stackChannels } from "./datasets/stack-channels.js";
export { toLabels } from "./datasets/volume-files.js";
export { imageTable, type ImageTableOptions } from "./datasets/image-table.js";
export { writePng } from "./image/write-png.js";
