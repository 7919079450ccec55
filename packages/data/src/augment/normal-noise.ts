import type { Random } from "@ssl3d/core";

/**
 * Adds independent normal noise to every value, in place, for whole volumes at once: Box-Muller on hashes of a counter,
 * whose keys are drawn from the stream. Several times faster than asking the stream for every number.
 */
export function addNormalNoise(values: Float32Array, standardDeviation: number, random: Random): void {
  let radiusState = random.integer(0, 2 ** 32) | 0;
  let angleState = random.integer(0, 2 ** 32) | 0;
  for (let at = 0; at < values.length; at += 2) {
    radiusState = (radiusState + WEYL) | 0;
    angleState = (angleState + WEYL) | 0;
    // half a step keeps the logarithm finite
    const radius = standardDeviation * Math.sqrt(-2 * Math.log((mix(radiusState) + 0.5) / 2 ** 32));
    const angle = ((2 * Math.PI) / 2 ** 32) * mix(angleState);
    values[at]! += radius * Math.cos(angle);
    if (at + 1 < values.length) values[at + 1]! += radius * Math.sin(angle);
  }
}

/** 2^32 over the golden ratio, made odd: steps of it visit every number and lie far apart. */
const WEYL = 0x9e3779b9;

/** Spreads 32 bits over 32 bits without collisions (MurmurHash3's finaliser). */
function mix(state: number): number {
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
