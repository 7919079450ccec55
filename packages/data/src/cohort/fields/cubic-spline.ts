import { axisView } from "./axes.js";
import { voxelCount } from "../../volume/volume.js";
import type { BufferPool } from "./buffer-pool.js";

/** Pole of the cubic B-spline's recursive prefilter (Unser, Aldroubi and Eden 1993). */
const POLE = Math.sqrt(3) - 2;

/**
 * Turns samples into the coefficients of the cubic B-spline through them, in place, mirroring at the borders.
 * Any rank; every axis needs at least two samples.
 */
export function splineCoefficients(samples: Float32Array, size: readonly number[]): void {
  for (let axis = 0; axis < size.length; axis++) {
    const { outer, length, inner } = axisView(size, axis);
    const line = new Float64Array(length);
    for (let o = 0; o < outer; o++) {
      for (let j = 0; j < inner; j++) {
        const start = o * length * inner + j;
        for (let i = 0; i < length; i++) line[i] = samples[start + i * inner]! * 6;
        filterLine(line);
        for (let i = 0; i < length; i++) samples[start + i * inner] = line[i]!;
      }
    }
  }
}

function filterLine(line: Float64Array): void {
  const last = line.length - 1;
  let power = POLE;
  let first = line[0]! + POLE ** last * line[last]!;
  for (let i = 1; i < last; i++) {
    first += (power + POLE ** (2 * last) / power) * line[i]!;
    power *= POLE;
  }
  line[0] = first / (1 - POLE ** (2 * last));
  for (let i = 1; i <= last; i++) line[i] = line[i]! + POLE * line[i - 1]!;
  line[last] = (POLE / (POLE * POLE - 1)) * (line[last]! + POLE * line[last - 1]!);
  for (let i = last - 1; i >= 0; i--) line[i] = POLE * (line[i + 1]! - line[i]!);
}

/**
 * Evaluates a cubic B-spline on a finer grid, axis by axis. Along each axis the grid's points lie evenly between the
 * coefficients `margin` and `length - 1 - margin`, ends included. `out` has the finer size; any rank.
 */
export function evaluateSpline(
  coefficients: Float32Array,
  coefficientSize: readonly number[],
  out: Float32Array,
  size: readonly number[],
  margin: number,
  pool: BufferPool,
): void {
  const current = [...coefficientSize];
  let source = coefficients;
  // The last axis first: the expensive final pass then runs along the first axis, over long contiguous rows.
  for (let axis = size.length - 1; axis >= 0; axis--) {
    const { outer, length, inner } = axisView(current, axis);
    const target = size[axis]!;
    current[axis] = target;
    const destination = axis === 0 ? out : pool.take(voxelCount(current));
    for (let i = 0; i < target; i++) {
      const position = margin + (target === 1 ? 0 : (i * (length - 1 - 2 * margin)) / (target - 1));
      const base = Math.min(Math.floor(position), length - 1);
      const t = position - base;
      const w0 = (1 - t) ** 3 / 6;
      const w1 = (4 - 6 * t * t + 3 * t * t * t) / 6;
      const w3 = (t * t * t) / 6;
      const w2 = 1 - w0 - w1 - w3;
      for (let o = 0; o < outer; o++) {
        const from = o * length * inner;
        const a = from + mirror(base - 1, length) * inner;
        const b = from + base * inner;
        const c = from + mirror(base + 1, length) * inner;
        const d = from + mirror(base + 2, length) * inner;
        const to = (o * target + i) * inner;
        for (let j = 0; j < inner; j++) {
          destination[to + j] = w0 * source[a + j]! + w1 * source[b + j]! + w2 * source[c + j]! + w3 * source[d + j]!;
        }
      }
    }
    if (source !== coefficients) pool.give(source);
    source = destination;
  }
}

function mirror(index: number, length: number): number {
  const period = 2 * (length - 1);
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}
