import type { Tensor } from "@tensorflow/tfjs-core";

/** Largest difference allowed, relative to the largest magnitude in the array expected. */
export const TOLERANCE = 1e-4;

/** An array with its shape. */
export interface Shaped {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/**
 * Holds an array against the one expected: every element within `tolerance` times the largest magnitude of the expected
 * array, plus its `slack` where one is given; a tolerance of 0 asks for equality. Throws an Error that says where they
 * differ most.
 */
export function expectClose(
  what: string,
  actual: Tensor | Shaped,
  expected: Shaped,
  tolerance: number = TOLERANCE,
  slack?: ArrayLike<number>,
): void {
  const values: ArrayLike<number> = "dataSync" in actual ? actual.dataSync() : actual.data;
  if (actual.shape.join() !== expected.shape.join()) {
    throw new Error(`${what}: expected shape [${expected.shape.join(", ")}], received [${actual.shape.join(", ")}]`);
  }
  let scale = 1e-30;
  let worst = 0;
  let place = 0;
  for (let i = 0; i < expected.data.length; i++) {
    // float32 holds what it can of a double
    const reference = values instanceof Float32Array ? Math.fround(expected.data[i] as number) : (expected.data[i] as number);
    const excess = Math.abs((values[i] as number) - reference) - (slack?.[i] ?? 0);
    const difference = Number.isNaN(excess) ? Infinity : excess;
    scale = Math.max(scale, Math.abs(reference));
    if (difference > worst) [worst, place] = [difference, i];
  }
  if (worst <= tolerance * scale) return;
  const measure = tolerance === 0 ? "" : `, ${(worst / scale).toExponential(2)} of the largest magnitude (${tolerance.toExponential(1)} allowed)`;
  throw new Error(`${what}: element ${place} is ${String(values[place])}, expected ${String(expected.data[place])}${measure}`);
}

/** Holds a number against the one expected, relative to its own magnitude. */
export function expectNumber(what: string, actual: number, expected: number, tolerance: number = TOLERANCE): void {
  expectClose(what, { data: [actual], shape: [] }, { data: [expected], shape: [] }, tolerance);
}
