import type { EncoderContract, PreprocessingOptions } from "@ssl3d/core";

/**
 * A warning where nobody recorded how an encoder's training images were prepared; undefined where all is known. `taken` is the
 * preprocessing that images go through here.
 */
export function warnUnknown({ unknown = [], preprocessing }: EncoderContract, from: string, taken: PreprocessingOptions = preprocessing): string | undefined {
  // a field may be named by itself, such as "preprocessing.spacing"
  const fields = unknown.filter((field) => /^(preprocessing|inputChannels|axisOrder)(\.|$)/.test(field));
  if (fields.length === 0) return undefined;
  return (
    `Nobody recorded these fields of the encoder in ${from}: ${fields.join(", ")}. Assumed is: ${describePreprocessing(taken)}. ` +
    `If its training images were prepared otherwise, its features mean little: compare, and set the preprocessing in the configuration or in contract.json.`
  );
}

/** Preprocessing in words. */
function describePreprocessing(options: PreprocessingOptions): string {
  const { orientation, spacing, cropToForeground, intensityRange, clipPercentiles, normalisation, size } = options;
  return [
    orientation === null ? "axes as they lie in the file" : `orientation ${orientation}`,
    spacing === null ? "spacing as in the file" : `spacing ${spacing.join(" x ")} mm`,
    ...(cropToForeground ? ["cropped to the foreground"] : []),
    ...(intensityRange === null ? [] : [`intensities clipped to ${intensityRange.join(" to ")}`]),
    ...(clipPercentiles === null ? [] : [`intensities clipped to the percentiles ${clipPercentiles.join(" to ")}`]),
    normalisation === "none" ? "intensities as they are" : `${normalisation} normalisation`,
    ...(size === null ? [] : [`cropped or padded to ${size.join("x")} voxels`]),
  ].join(", ");
}
