import type { LabelledCase, Volume } from "@ssl3d/core";
import { truthIsNoVolume, unknownLabel } from "./errors.js";

/** The truth of a case as a label volume. Throws SSL3D_TRUTH_IS_NO_VOLUME where it is something else. */
export function labelVolume(truth: LabelledCase["truth"]): Volume {
  if (typeof truth === "number" || !("voxels" in truth)) throw truthIsNoVolume(truth);
  return truth;
}

/**
 * The class of every voxel of a label volume: the position of its value in `labels`. Throws SSL3D_UNKNOWN_LABEL where a
 * value is not listed.
 */
export function classesOf({ id, voxels }: Pick<Volume, "id" | "voxels">, labels: readonly number[]): Uint8Array {
  const table = new Int16Array(256).fill(-1);
  labels.forEach((label, index) => (table[label] = index));
  const classes = new Uint8Array(voxels.length);
  for (let i = 0; i < classes.length; i++) {
    const found = table[voxels[i]!];
    if (found === undefined || found < 0) throw unknownLabel(id, voxels[i]!, labels);
    classes[i] = found;
  }
  return classes;
}

/** The class of every voxel as a row of zeros with a one, [voxels, labels]. Throws as {@link classesOf} does. */
export function oneHotOf(volume: Pick<Volume, "id" | "voxels">, labels: readonly number[]): Uint8Array {
  const classes = classesOf(volume, labels);
  const rows = new Uint8Array(classes.length * labels.length);
  for (let voxel = 0; voxel < classes.length; voxel++) rows[voxel * labels.length + classes[voxel]!] = 1;
  return rows;
}

/** How often each class occurs in all truths together, summing to 1. A class that does not occur counts one voxel. */
export function countClasses(truths: readonly LabelledCase["truth"][], labels: readonly number[]): number[] {
  const counts = new Float64Array(labels.length);
  for (const truth of truths) {
    for (const found of classesOf(labelVolume(truth), labels)) counts[found]!++;
  }
  const present = Array.from(counts, (count) => Math.max(count, 1));
  const total = present.reduce((a, b) => a + b, 0);
  return present.map((count) => count / total);
}
