import type { LabelledCase, Volume } from "@ssl3d/core";

/** Whether a case's truth is a label volume. */
export function isVolume(truth: LabelledCase["truth"]): truth is Volume {
  return typeof truth === "object" && "voxels" in truth;
}
