import type { Encoder } from "@ssl3d/core";
import { imagePooledAway } from "./input-errors.js";

/**
 * Refuses images of which the encoder's output keeps no voxel. Any other size is taken: like Keras', its pooling drops what is behind
 * the last whole window.
 * @param image [batch, ...spatial, channels], from the file `path`
 * @throws SSL3D_IMAGE_POOLED_AWAY, or the encoder's own error where it has one
 */
export function requireImageSize(encoder: Encoder, image: readonly number[], path: string): void {
  const size = image.slice(1, -1);
  const rest = encoder.outputSize?.(size) ?? [];
  if (rest.every((length) => length >= 1)) return;
  const fits = (side: number): boolean => encoder.outputSize!(size.map(() => side)).every((length) => length >= 1);
  let least = Math.min(...size);
  while (!fits(least)) least++;
  throw imagePooledAway(path, size, least);
}
