import { imageSizeError } from "../file-errors.js";

/** Larger pictures are refused before they are unpacked. */
const MAXIMUM_PIXELS = 100_000_000;

/** Throws SSL3D_IMAGE_SIZE for a picture of no pixels or of too many. */
export function checkPixels(file: string, width: number, height: number): void {
  if (width < 1 || height < 1 || width * height > MAXIMUM_PIXELS) throw imageSizeError(file, width, height, MAXIMUM_PIXELS);
}

/** A decoded picture without transparency. */
export interface Pixels {
  /** [height, width, channels]. */
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}
