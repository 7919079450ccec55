/** Number of spatial dimensions of an image. */
export type Rank = 2 | 3;

/** Element types a volume may hold. */
export type VoxelArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/**
 * Voxel index to world, row-major 4x4. The index vector is (width, height, depth, 1), that is NIfTI's (i, j, k, 1); the
 * world is RAS in mm: x to the patient's right, y to the front, z to the top.
 */
export type Affine = readonly number[];

/** A 2D image or 3D volume in memory. Arrays are C-ordered with channels last. */
export interface Volume<Voxels extends VoxelArray = VoxelArray> {
  /** The case it belongs to; appears in logs and errors. */
  readonly id: string;
  /** `size` times `channels` values, [depth, height, width, channels] or [height, width, channels]. */
  readonly voxels: Voxels;
  /** Spatial size in voxels: [depth, height, width] or [height, width]. */
  readonly size: readonly number[];
  readonly channels: number;
  /** Voxel spacing in mm, in the order of `size`. */
  readonly spacing: readonly number[];
  /** For a 2D image the identity. */
  readonly affine: Affine;
}

/** A typed array with its shape: what travels between data workers and the training loop. */
export interface NumericArray {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}

/** A picture for the report: a 2D image or a volume (shown as three planes), channels last. */
export interface Figure {
  readonly title: string;
  readonly caption?: string;
  /** [depth, height, width, channels] in RAS orientation, or [height, width, channels]; the first channel is shown in grey, 3 channels of an image as colour. */
  readonly image: NumericArray;
  /** Voxel spacing in mm, for the aspect ratio; default 1. */
  readonly spacing?: readonly number[];
  /** Integer labels filled over the image, such as a prediction; the image's shape without channels. */
  readonly overlay?: NumericArray;
  /** Integer labels drawn as contours, such as the truth. */
  readonly outline?: NumericArray;
  /** What the labels mean, for the legend. */
  readonly labels?: Readonly<Record<number, string>>;
}
