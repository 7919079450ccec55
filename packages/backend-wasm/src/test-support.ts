import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { wasm } from "./plugin.js";

/** Values and shape of a tensor, off any engine. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Deterministic values in [-1, 1] without ties to speak of. */
export function valuesOf(shape: readonly number[], seed = 1): Values {
  const data = new Float32Array(tf.util.sizeFromShape([...shape]));
  let state = seed * 7919 + 12345;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    data[i] = state / 0x40000000 - 1;
  }
  return { shape, data };
}

/** Runs the same computation on tfjs' cpu backend. Leaves no tensors behind. */
export async function onCpu(inputs: readonly Values[], compute: (...tensors: tf.Tensor[]) => tf.Tensor[]): Promise<Values[]> {
  registerGradients();
  await tf.setBackend("cpu");
  return evaluate(inputs, compute);
}

/** Runs a computation on the wasm engine and asserts that it leaves no tensors behind and its inputs as they were. */
export async function onWasm(inputs: readonly Values[], compute: (...tensors: tf.Tensor[]) => tf.Tensor[]): Promise<Values[]> {
  registerGradients();
  await wasm.activate({});
  const before = tf.memory().numTensors;
  const results = evaluate(inputs, compute);
  expect(tf.memory().numTensors).toBe(before);
  return results;
}

function evaluate(inputs: readonly Values[], compute: (...tensors: tf.Tensor[]) => tf.Tensor[]): Values[] {
  return tf.tidy(() => {
    const tensors = inputs.map(({ shape, data }) => tf.tensor(Float32Array.from(data), [...shape]));
    const results = compute(...tensors).map((result) => ({ shape: result.shape, data: result.dataSync() }));
    // A kernel that writes into its inputs corrupts whatever reads them next.
    tensors.forEach((tensor, i) => expect(tensor.dataSync(), `input ${i}`).toEqual(Float32Array.from(inputs[i]!.data)));
    return results;
  });
}

/** Asserts equality up to `tolerance` times the largest magnitude expected. */
export function expectClose(actual: readonly Values[], expected: readonly Values[], tolerance = 2e-6): void {
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  expected.forEach(({ data }, i) => {
    const size = Array.from(data).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
    const worst = Array.from(data).reduce((gap, value, at) => Math.max(gap, Math.abs(value - actual[i]!.data[at]!)), 0);
    expect(worst / size, `result ${i}`).toBeLessThanOrEqual(tolerance);
  });
}

/** Asserts that both engines compute the same. */
export async function expectAgreement(
  inputs: readonly Values[],
  compute: (...tensors: tf.Tensor[]) => tf.Tensor[],
  tolerance?: number,
): Promise<void> {
  const expected = await onCpu(inputs, compute);
  expectClose(await onWasm(inputs, compute), expected, tolerance);
}

/** Runs a kernel by name on the current engine. */
export function run(name: string, inputs: Record<string, tf.Tensor>, attributes: object): tf.Tensor[] {
  const result: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);
  return Array.isArray(result) ? result : [result];
}
