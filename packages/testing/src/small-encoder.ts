import type { Encoder, Random, Rank } from "@ssl3d/core";
import { unetEncoder } from "@ssl3d/nn";
import { resolveOptions } from "./test-options.js";

/** A U-Net encoder small enough for tests: two pooled levels of 4 and 8 channels, no dropout. */
export function createSmallEncoder(rank: Rank, channels: number, random: Random): Encoder {
  const options = resolveOptions(unetEncoder, { filters: 4, levels: 2, dropout: 0 });
  return unetEncoder.build({ rank, channels, options, random });
}
