import { createRandom, type LabelledCase, type Rank, type Volume } from "@ssl3d/core";

/** What a phantom is made of. */
export interface PhantomOptions {
  readonly rank?: Rank;
  /** Voxels along every axis. Default 16. */
  readonly side?: number;
  /** Image channels. Default 1. */
  readonly channels?: number;
  /** Labels from the outer shell to the core. Default [1, 2, 3]. */
  readonly labels?: readonly number[];
  /** Default "phantom". */
  readonly seed?: number | string;
}

/**
 * A small labelled image that can be computed on paper: nested ellipsoids about a random point, brighter towards the core, on
 * a dark noisy ground. Spacing 1 mm, axes RAS. Same seed, same voxels.
 */
export function createPhantom(options: PhantomOptions = {}): LabelledCase & { readonly truth: Volume<Uint8Array> } {
  const { rank = 3, side = 16, channels = 1, labels = [1, 2, 3], seed = "phantom" } = options;
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
    for (let c = 0; c < channels; c++) voxels[i * channels + c] = (shell + 1) * (1 + 0.2 * c) + random.normal(0, 0.1);
  }
  const grid = { id: `phantom-${seed}`, size, spacing: size.map(() => 1), affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
  return { image: { ...grid, voxels, channels }, truth: { ...grid, voxels: truth, channels: 1 } };
}
