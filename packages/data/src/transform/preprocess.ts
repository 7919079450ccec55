import type { PreprocessingOptions, Volume } from "@ssl3d/core";
import { spacingError } from "../errors.js";
import { toFloat32 } from "../volume/volume.js";
import { gridOf, type Grid } from "../volume/grid.js";
import { backgroundOf, cropToForeground } from "./foreground.js";
import { clipIntensities, clipPercentiles, minMax, zScore, type IntensityChange } from "./intensity.js";
import { reorient } from "./reorient.js";
import { resampleOnto } from "./resample-onto.js";
import { resampleToSpacing } from "./resample.js";
import { cropOrPad } from "./window.js";

/** A volume ready for a network, and what was done to it. */
export interface Preprocessed {
  readonly volume: Volume<Float32Array>;
  /** The grid as it was read: give it to `restoreGeometry` with a prediction on `volume`'s grid. */
  readonly original: Grid;
  /** What was done, for logs and to undo it. Plain data. */
  readonly record: PreprocessingRecord;
}

/** What {@link preprocess} did. Where a step was left out its field is missing. */
export interface PreprocessingRecord {
  /** The grid after reorientation, resampling and cropping; the last of them is the volume's own. */
  readonly grids: readonly { readonly step: "reorient" | "resample" | "crop" | "size"; readonly grid: Grid }[];
  /** Lower and upper limit per channel. */
  readonly clipped?: readonly (readonly number[])[];
  readonly normalised?: IntensityChange;
}

/**
 * Prepares a volume in this order: orientation, spacing (linear, antialiased), crop to the foreground, clip to a range
 * and to percentiles, normalisation per channel, crop or pad to a size (padding with the background, the value of the volume's corners).
 * @throws SSL3D_SPACING where spacing or size have not one number for each axis of the volume
 */
export function preprocess(input: Volume, options: PreprocessingOptions): Preprocessed {
  const grids: { step: PreprocessingRecord["grids"][number]["step"]; grid: Grid }[] = [];
  let volume = input;
  const keep = (step: (typeof grids)[number]["step"], next: Volume): void => {
    volume = next;
    grids.push({ step, grid: gridOf(next) });
  };
  if (options.orientation !== null) keep("reorient", reorient(volume, options.orientation).volume);
  if (options.spacing !== null) keep("resample", resampleToSpacing(volume, options.spacing));
  if (options.cropToForeground) keep("crop", cropToForeground(volume));
  if (options.intensityRange !== null) volume = clipIntensities(volume, options.intensityRange);
  const clipped = options.clipPercentiles === null ? undefined : clipPercentiles(volume, options.clipPercentiles);
  volume = clipped?.volume ?? volume;
  const normalised =
    options.normalisation === "none" ? undefined : options.normalisation === "z-score" ? zScore(volume) : minMax(volume);
  volume = normalised?.volume ?? volume;
  if (options.size !== null && options.size.length !== volume.size.length) throw spacingError(volume.id, options.size, volume.size.length);
  if (options.size !== null) keep("size", cropOrPad(volume, options.size, backgroundOf(volume)));
  return {
    volume: toFloat32(volume),
    original: gridOf(input),
    record: {
      grids,
      ...(clipped === undefined ? {} : { clipped: clipped.limits }),
      ...(normalised === undefined ? {} : { normalised: normalised.change }),
    },
  };
}

/** Brings a label volume of the original grid onto a preprocessed volume's grid (nearest neighbour, 0 outside). */
export function preprocessLabels(labels: Volume, processed: Pick<Preprocessed, "volume">): Volume {
  return resampleOnto(labels, processed.volume, { interpolation: "nearest" });
}
