import type { Volume } from "@ssl3d/core";
import { imageFormatError } from "../file-errors.js";
import { createVolume } from "../volume/volume.js";
import { decodeJpeg } from "./jpeg.js";
import type { Pixels } from "./pixels.js";
import { decodePng } from "./png.js";

/**
 * Reads a PNG (8 or 16 bits; fewer are scaled up to 8) or JPEG file as a 2D image of 1 (grey) or 3 (colour) channels.
 * Transparency is dropped. Spacing is 1.
 * @throws SSL3D_IMAGE_FORMAT, SSL3D_IMAGE_SIZE
 */
export async function readImage(bytes: Uint8Array, options: { id?: string; file?: string } = {}): Promise<Volume> {
  const { file = "image" } = options;
  const id = options.id ?? file.replace(/^.*\//, "").replace(/\.(png|jpe?g)$/i, "");
  const { data, width, height, channels } = await decode(bytes, file);
  return createVolume({ id, voxels: data, size: [height, width], channels });
}

async function decode(bytes: Uint8Array, file: string): Promise<Pixels> {
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return decodePng(bytes, file);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(bytes, file);
  throw imageFormatError(file, "it starts like neither");
}
