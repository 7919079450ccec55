import type { GoldenKind } from "../golden-kind.js";
import { croppedAround } from "./resampling-crops.js";
import { paddedImages, paddedPatches } from "./resampling-pads.js";
import { resizedVolumes, zoomedImages } from "./resampling-resizes.js";

/** What is padded, cropped, resized and zoomed. */
export const RESAMPLING_KINDS: readonly GoldenKind[] = [paddedImages, paddedPatches, croppedAround, resizedVolumes, zoomedImages];
