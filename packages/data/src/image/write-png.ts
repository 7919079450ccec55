import type { Volume } from "@ssl3d/core";
import { encode } from "fast-png";

/** Writes a 2D image of uint8 or uint16 values, of 1 or 3 channels, as PNG; labels keep their values. */
export function writePng({ voxels, size, channels }: Volume<Uint8Array | Uint16Array>): Uint8Array {
  const [height, width] = size as [number, number];
  return encode({ width, height, data: voxels, channels, depth: voxels instanceof Uint8Array ? 8 : 16 });
}
