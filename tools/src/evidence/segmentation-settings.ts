import { segmentation, segmentationOptions, type SegmentationOptions } from "@ssl3d/heads";
import type { StudyCase, StudyData } from "./study-data.js";

/** The options of every segmentation network of a study, and how often each class occurs in the cases it is trained with. */
export function segmentationSettings(
  { labelValues, regions }: StudyData,
  cases: readonly StudyCase[],
): { options: SegmentationOptions; classPrior: readonly number[] } {
  // Whole volumes as they are: a flip would move the liver to the other side.
  const options = segmentationOptions.parse({ labelValues, regions, augmentation: null });
  return { options, classPrior: segmentation.classPrior!(cases.map(({ truth }) => truth), options) };
}
