import { createRandom, type Encoder } from "@ssl3d/core";
import { unetEncoder, type UnetEncoderOptions } from "@ssl3d/nn";
import type { ActiveEngine, DiscoveredPlugin } from "@ssl3d/node";
import type { StudyData } from "./study-data.js";
import type { Study } from "./study.js";

/** What the cells of a study share while they run. */
export interface Workshop {
  readonly study: Study;
  readonly data: StudyData;
  readonly plugins: readonly DiscoveredPlugin[];
  readonly engine: ActiveEngine;
  /** Holds encoders and checkpoints; may be deleted, then encoders are trained again. */
  readonly folder: string;
  /** Stops the work between two steps. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** A new encoder of the study's kind; the seed draws its weights. */
export function buildEncoder({ study, data }: Workshop, seed: string | number): Encoder {
  const options: UnetEncoderOptions = {
    ...study.encoder,
    pooling: "none",
    batchNorm: true,
    dropout: 0,
    dropoutChangePerLevel: 0,
    recompute: false,
    maxPoolTies: "first",
  };
  return unetEncoder.build({ rank: 3, channels: data.channels, options, random: createRandom(seed).split("encoder") });
}

/** Spatial size of the study's volumes. */
export function volumeSize({ size }: Study): number[] {
  return [size, size, size];
}
