import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

/** Large enough for the library; the last axis is not a multiple of any vector. */
const SHAPE = [2, 4, 5, 10, 12];
const x = variedValues(SHAPE);
/** Far from 0. */
const positive = { shape: SHAPE, data: Float32Array.from(x.data, (value) => value + 1.5) };
const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1e-30, 100, -100];

const FUNCTIONS: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  abs: tf.abs,
  elu: tf.elu,
  exp: tf.exp,
  neg: tf.neg,
  relu: tf.relu,
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  square: tf.square,
  tanh: tf.tanh,
  leakyRelu: (values) => tf.leakyRelu(values, 0.1),
  "leakyRelu without leak": (values) => tf.leakyRelu(values, 0),
  clip: (values) => tf.clipByValue(values, -0.5, 0.25),
  zerosLike: tf.zerosLike,
  onesLike: tf.onesLike,
  fill: (values) => tf.fill(values.shape, 0.3),
};
const POSITIVE: Record<string, (x: tf.Tensor) => tf.Tensor> = { log: tf.log, sqrt: tf.sqrt, rsqrt: tf.rsqrt, reciprocal: tf.reciprocal };

describe.skipIf(!hasLibrary)("functions of one value", () => {
  it.each(Object.entries(FUNCTIONS))("%s", async (_, compute) => {
    await expectAgreement([x], (values) => [compute(values)]);
  });

  it.each(Object.entries(POSITIVE))("%s", async (_, compute) => {
    await expectAgreement([positive], (values) => [compute(values)], 5e-6);
  });

  it.each(Object.entries({ ...FUNCTIONS, ...POSITIVE }))("%s of what is not finite", async (_, compute) => {
    const data = new Float32Array(4800).fill(1);
    data.set(SPECIAL);
    await expectAgreement([{ shape: [4800], data }], (values) => [kindsOf(compute(values))]);
  });

  it("have the gradient of elu", async () => {
    await expectAgreement([x], (values) => [tf.grad((v) => tf.sum(tf.square(tf.elu(v))))(values)]);
  });
});

const OPERATIONS: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  squaredDifference: tf.squaredDifference,
  maximum: tf.maximum,
  minimum: tf.minimum,
};
const OTHERS: Record<string, number[]> = {
  "of its shape": SHAPE,
  "that is a number": [],
  "per channel": [12],
  "per case": [2, 1, 1, 1, 1],
  "per case and channel": [2, 1, 1, 1, 12],
  "per voxel": [2, 4, 5, 10, 1],
};

describe.skipIf(!hasLibrary)("functions of two values", () => {
  it.each(Object.entries(OPERATIONS).flatMap(([name, compute]) => Object.entries(OTHERS).map(([kind, shape]) => ({ name, kind, shape, compute }))))(
    "$name with a tensor $kind",
    async ({ shape, compute }) => {
      const { data } = variedValues(shape, 2);
      const other = { shape, data: Float32Array.from(data, (value) => value + 1.5) };
      await expectAgreement([positive, other], (a, b) => [compute(a, b), compute(b, a)]);
    },
  );

  it.each(Object.entries(OPERATIONS))("%s of what is not finite", async (_, compute) => {
    const data = new Float32Array(4800).fill(1);
    data.set(SPECIAL);
    const other = Float32Array.from(data, (_, i) => SPECIAL[(i * 3) % 8]!);
    await expectAgreement([{ shape: [4800], data }, { shape: [4800], data: other }], (a, b) =>
      [compute(a, b), compute(a, tf.scalar(NaN)), compute(a, tf.scalar(0)), compute(tf.scalar(0), a)].map(kindsOf),
    );
  });

  it("addN sums in one pass", async () => {
    await expectAgreement([x, positive, variedValues(SHAPE, 5)], (...tensors) => [tf.addN(tensors)]);
  });

  it("leaves integers and other broadcasts to tfjs", async () => {
    await expectAgreement([x, variedValues([4, 1, 10, 1], 2)], (a, b) => [tf.add(a, b), tf.add(tf.cast(a, "int32"), tf.scalar(2, "int32"))]);
  });
});

/** 1 for NaN, 2 and 3 for the infinities, small numbers as they are. */
function kindsOf(values: tf.Tensor): tf.Tensor {
  const kinds = Float32Array.from(values.dataSync(), (value) => (Number.isNaN(value) ? 1e3 : Number.isFinite(value) ? value : value > 0 ? 2e3 : 3e3));
  expect(kinds).toHaveLength(values.size);
  return tf.tensor(kinds);
}
