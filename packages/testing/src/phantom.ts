import { createRandom, type LabelledCase, type Rank, type Volume } from "@ssl3d/core";

/** What a lopsided phantom's brightness grows by from its first to its last voxel. */
const SLOPE = 6;

/** What a phantom is made of. */
export interface PhantomOptions {
  readonly rank?: Rank;
  /** Voxels along every axis. Default 16. */
  readonly side?: number;
  /** Image channels. Default 1. */
  readonly channels?: number;
  /** Labels from the outer shell to the core. Default [1, 2, 3]. */
  readonly labels?: readonly number[];
  /** Brighter towards the end of every axis, and more so the earlier the axis, so that places and directions can be told apart. Default false. */
  readonly lopsided?: boolean;
  /** Default "phantom". */
  readonly seed?: number | string;
}

/**
 * A small labelled image that can be computed on paper: nested ellipsoids about a random point, brighter towards the core, on
 * a dark noisy ground. A lopsided one is brighter on one side. Spacing 1 mm, axes RAS. Same seed, same voxels.
 */
export function createPhantom(options: PhantomOptions = {}): LabelledCase & { readonly truth: Volume<Uint8Array> } {
  const { rank = 3, side = 16, channels = 1, labels = [1, 2, 3], lopsided = false, seed = "phantom" } = options;
  const random = createRandom(seed);
  const size = new Array<number>(rank).fill(side);
  const centre = size.map(() => side * random.uniform(0.4, 0.6));
  const radii = size.map(() => side * random.uniform(0.28, 0.38));
  const count = side ** rank;
  const truth = new Uint8Array(count);
  const voxels = new Float32Array(count * channels);
  for (let i = 0; i < count; i++) {
    const place = size.map((_, axis) => Math.floor(i / side ** (rank - 1 - axis)) % side);
    const distance = Math.hypot(...place.map((p, axis) => (p - (centre[axis] as number)) / (radii[axis] as number)));
    const shell = distance < 1 ? Math.min(labels.length - 1, Math.floor((1 - distance) * labels.length)) : -1;
    truth[i] = labels[shell] ?? 0;
    // thirds of the axes count like digits in base 3
    const slope = lopsided ? place.reduce((sum, p) => 3 * sum + (3 * p) / side, 0) / 3 ** rank : 0;
    for (let c = 0; c < channels; c++) voxels[i * channels + c] = (shell + 1) * (1 + 0.2 * c) + SLOPE * slope + random.normal(0, 0.1);
  }
  const grid = { id: `phantom-${seed}`, size, spacing: size.map(() => 1), affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
  return { image: { ...grid, voxels, channels }, truth: { ...grid, voxels: truth, channels: 1 } };
}
