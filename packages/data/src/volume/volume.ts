import type { Affine, Rank, Volume, VoxelArray } from "@ssl3d/core";
import { volumeShapeError } from "../errors.js";
import { affineFromSpacing, IDENTITY, spacingOf } from "./affine.js";

/** What {@link createVolume} takes. */
export interface VolumeParts<Voxels extends VoxelArray> {
  /** The case it belongs to. Default "volume". */
  readonly id?: string;
  /** [...size, channels] values, C order. */
  readonly voxels: Voxels;
  /** [depth, height, width] or [height, width]. */
  readonly size: readonly number[];
  /** Default 1. */
  readonly channels?: number;
  /** In mm, in the order of `size`. Default: what the affine says, or 1 mm. For a 3D volume the affine wins. */
  readonly spacing?: readonly number[];
  /** Default: no rotation, origin at the first voxel. */
  readonly affine?: Affine;
}

/** Puts a volume together; spacing and affine follow from each other. Throws SSL3D_VOLUME_SHAPE where sizes do not agree. */
export function createVolume<Voxels extends VoxelArray>(parts: VolumeParts<Voxels>): Volume<Voxels> {
  const { id = "volume", voxels, size, channels = 1 } = parts;
  const whole = [...size, channels].every((length) => Number.isInteger(length) && length > 0);
  if ((size.length !== 2 && size.length !== 3) || !whole || voxels.length !== voxelCount(size) * channels) {
    throw volumeShapeError(id, size, channels, voxels.length);
  }
  if (size.length === 2) {
    return { id, voxels, size, channels, spacing: parts.spacing ?? [1, 1], affine: parts.affine ?? IDENTITY };
  }
  const affine = parts.affine ?? affineFromSpacing(parts.spacing ?? [1, 1, 1]);
  return { id, voxels, size, channels, spacing: spacingOf(affine), affine };
}

/** Number of spatial dimensions of a volume. */
export function rankOf(volume: Pick<Volume, "size">): Rank {
  return volume.size.length === 2 ? 2 : 3;
}

/** Number of voxels of a grid, channels not counted. */
export function voxelCount(size: readonly number[]): number {
  return size.reduce((product, length) => product * length, 1);
}

/** The same volume with float32 voxels; the volume itself where it has them already. */
export function toFloat32(volume: Volume): Volume<Float32Array> {
  const { voxels } = volume;
  return voxels instanceof Float32Array ? { ...volume, voxels } : { ...volume, voxels: Float32Array.from(voxels) };
}

/** The same volume under another id, or with other voxels of the same number. */
export function withVoxels<Voxels extends VoxelArray>(volume: Volume, voxels: Voxels): Volume<Voxels> {
  return { ...volume, voxels };
}
