import type { Random } from "@ssl3d/core";

/** Draws the initial values of a weight of the given shape, [...taps, in, out] or [in, out], in C order. */
export type Initializer = (shape: readonly number[], random: Random) => Float32Array;

/**
 * Keras' he_normal: normal of variance 2 / fan-in, truncated at two standard deviations. Dividing by the truncated
 * distribution's standard deviation keeps the variance. (He et al. 2015, arXiv:1502.01852, section 2.2)
 */
export const heNormal: Initializer = (shape, random) => {
  const standardDeviation = Math.sqrt(2 / fans(shape).fanIn) / 0.8796256610342398;
  return drawn(shape, () => truncatedNormal(random) * standardDeviation);
};

/** Keras' glorot_uniform: uniform of variance 2 / (fan-in + fan-out). (Glorot and Bengio 2010, section 4.2.1) */
export const glorotUniform: Initializer = (shape, random) => {
  const { fanIn, fanOut } = fans(shape);
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return drawn(shape, () => random.uniform(-limit, limit));
};

/**
 * Keras' orthogonal, for [in, out] with in <= out: orthonormal rows in a uniformly random orientation, by Gram-Schmidt on
 * rows of standard normal numbers. (Saxe et al. 2014, arXiv:1312.6120)
 */
export const orthogonal: Initializer = ([rows = 1, columns = 1], random) => {
  if (rows > columns) throw new RangeError(`Expected at least as many columns as rows, received [${rows}, ${columns}].`);
  const values = Float64Array.from({ length: rows * columns }, () => random.normal());
  for (let i = 0; i < rows; i++) {
    const row = values.subarray(i * columns, (i + 1) * columns);
    for (let j = 0; j < i; j++) {
      const other = values.subarray(j * columns, (j + 1) * columns);
      const overlap = dot(row, other);
      for (let k = 0; k < columns; k++) row[k]! -= overlap * other[k]!;
    }
    const norm = Math.sqrt(dot(row, row));
    for (let k = 0; k < columns; k++) row[k]! /= norm;
  }
  return Float32Array.from(values);
};

/** A loop: `Float32Array.from` takes several times as long for the millions of values of a large network. */
function drawn(shape: readonly number[], draw: () => number): Float32Array {
  const values = new Float32Array(product(shape));
  for (let i = 0; i < values.length; i++) {
    const value = draw();
    // memory that is never written costs none: conversions build networks of zeros to read their weights' names
    if (value !== 0) values[i] = value;
  }
  return values;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function truncatedNormal(random: Random): number {
  for (;;) {
    const value = random.normal();
    if (Math.abs(value) < 2) return value;
  }
}

function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const taps = product(shape.slice(0, -2));
  return { fanIn: taps * (shape.at(-2) ?? 1), fanOut: taps * (shape.at(-1) ?? 1) };
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}
