import { defineHead, type HeadPlugin } from "@ssl3d/core";
import { augment } from "@ssl3d/data";
import { classesOf, countClasses, labelVolume } from "./labels.js";
import { segmentationOptions, type SegmentationOptions } from "./options.js";
import { scoreRegions } from "./regions.js";
import { buildSegmentationDecoder, type SegmentationExample } from "./segmentation-decoder.js";
import { takePatch } from "./take-patch.js";

/** Gives every voxel a class: a U-Net decoder on the encoder's pyramid, trained on labelled patches. */
export const segmentation: HeadPlugin<"segmentation", SegmentationOptions, SegmentationExample> = defineHead({
  name: "segmentation",
  summary: "Gives every voxel a class: a U-Net decoder on the encoder's levels",
  ranks: [2, 3],
  options: segmentationOptions,
  references: ["arXiv:1505.04597", "doi:10.1038/s41592-020-01008-z"],
  example: (labelled, { labelValues, patchSize, foreground, augmentation }, random): SegmentationExample => {
    const size = patchSize ?? labelled.image.size;
    const patch = takePatch(labelled, size, foreground, random.split("patch"));
    const { image, labels } =
      augmentation === null
        ? { image: patch.image, labels: patch.truth }
        : augment(patch.image, patch.truth, augmentation, random.split("augmentation"));
    return {
      image: { data: image.voxels, shape: [...size, image.channels] },
      truth: { data: classesOf(labels ?? patch.truth, labelValues), shape: size },
    };
  },
  build: buildSegmentationDecoder,
  score: (probabilities, truth, { labelValues, regions, ...reported }) =>
    scoreRegions(probabilities, labelVolume(truth), labelValues, regions, reported),
  classPrior: (truths, { labelValues }) => countClasses(truths, labelValues),
});
