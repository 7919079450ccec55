import type { Random } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** One input of an operation: its shape and how its values are drawn. */
export interface Input {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  /** Whether a gradient is asked for. */
  readonly moves: boolean;
  readonly draw: (random: Random, length: number) => number[];
}

/** Values of a tensor, off any engine. */
export interface Values {
  readonly shape: readonly number[];
  readonly dtype: Input["dtype"];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** Standard normal numbers. */
export function normal(...shape: number[]): Input {
  return float(shape, (random) => random.normal());
}

/** Numbers between 0.5 and 2, such as variances. */
export function positive(...shape: number[]): Input {
  return float(shape, (random) => random.uniform(0.5, 2));
}

/** Numbers from 0.05 to 0.95, such as probabilities. */
export function shares(...shape: number[]): Input {
  return float(shape, (random) => random.uniform(0.05, 0.95));
}

/** Normal numbers about 8: what cancels badly where a variance is a difference of squares. */
export function offCentre(...shape: number[]): Input {
  return float(shape, (random) => random.normal(8));
}

/** The numbers -1, -0.5, 0, 0.5 and 1, so that there are ties. */
export function tied(...shape: number[]): Input {
  return float(shape, (random) => random.integer(-2, 3) / 2);
}

/** Multiples of 0.25, all different and none of them 0. */
export function distinct(...shape: number[]): Input {
  const draw = (random: Random, length: number): number[] =>
    random.shuffle(Array.from({ length }, (_, i) => (i - Math.floor(length / 2)) * 0.25 + 0.125));
  return { shape, dtype: "float32", moves: true, draw };
}

/** One-hot vectors along the last axis. */
export function oneHot(...shape: number[]): Input {
  const classes = shape.at(-1);
  const draw = (random: Random, length: number): number[] => {
    const values = new Array<number>(length).fill(0);
    for (let base = 0; base < length; base += classes) values[base + random.integer(0, classes)] = 1;
    return values;
  };
  return { shape, dtype: "float32", moves: false, draw };
}

/** Whole numbers from 0 to `limit` - 1. */
export function whole(limit: number, ...shape: number[]): Input {
  return { shape, dtype: "int32", moves: false, draw: draws((random) => random.integer(0, limit)) };
}

/** True or false. */
export function truths(...shape: number[]): Input {
  return { shape, dtype: "bool", moves: false, draw: draws((random) => (random.chance(0.5) ? 1 : 0)) };
}

/** The same input, of which no gradient is asked. */
export function fixed(input: Input): Input {
  return { ...input, moves: false };
}

/**
 * Draws an input. With `coarse`, floats are multiples of 1/16 within 8 significant bits, which bfloat16 holds exactly: an
 * engine that stores its tensors so is asked the same question as the reference.
 */
export function drawValues({ shape, dtype, draw }: Input, random: Random, coarse: boolean): Values {
  const drawn = draw(random, tf.util.sizeFromShape([...shape]));
  if (dtype === "int32") return { shape, dtype, data: Int32Array.from(drawn) };
  if (dtype === "bool") return { shape, dtype, data: Uint8Array.from(drawn) };
  return { shape, dtype, data: Float32Array.from(drawn, coarse ? coarsen : undefined) };
}

/** A tensor of the current engine, from a copy of the values. */
export function toTensor({ shape, dtype, data }: Values): Tensor {
  return tf.tensor(data.slice(), [...shape], dtype);
}

function float(shape: readonly number[], one: (random: Random) => number): Input {
  return { shape, dtype: "float32", moves: true, draw: draws(one) };
}

function draws(one: (random: Random) => number): Input["draw"] {
  return (random, length) => Array.from({ length }, () => one(random));
}

function coarsen(value: number): number {
  const step = Math.max(1 / 16, 2 ** (Math.floor(Math.log2(Math.abs(value))) - 7));
  return Math.round(value / step) * step;
}
