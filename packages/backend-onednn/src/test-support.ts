import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { activate } from "./activate.js";
import { loadLibrary } from "./native/load.js";

/** Values and shape of a tensor, off any engine. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

const loaded = loadLibrary();
/** Whether a library is here to test with; says so where none is. */
export const hasLibrary: boolean = !("reason" in loaded);
if ("reason" in loaded) console.warn(`The native engine is not tested: ${loaded.reason}. ${loaded.fix}`);

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

/**
 * Asserts that the native engine in float32 computes what tfjs' cpu backend does, up to `tolerance` times the largest magnitude, leaves
 * no tensors behind and its inputs as they were.
 */
export async function expectAgreement(
  inputs: readonly Values[],
  compute: (...tensors: tf.Tensor[]) => tf.Tensor[],
  tolerance = 2e-6,
): Promise<void> {
  registerGradients();
  await tf.setBackend("cpu");
  const expected = evaluate(inputs, compute);
  await activate({ threads: 2, precision: "float32" });
  const before = tf.memory().numTensors;
  const actual = evaluate(inputs, compute);
  expect(tf.memory().numTensors).toBe(before);
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  expected.forEach(({ data }, i) => {
    const size = Array.from(data).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
    const worst = Array.from(data).reduce((gap, value, at) => Math.max(gap, Math.abs(value - (actual[i]?.data[at] ?? NaN))), 0);
    expect(worst / size, `result ${i}`).toBeLessThanOrEqual(tolerance);
  });
}

function evaluate(inputs: readonly Values[], compute: (...tensors: tf.Tensor[]) => tf.Tensor[]): Values[] {
  return tf.tidy(() => {
    const tensors = inputs.map(({ shape, data }) => tf.tensor(Float32Array.from(data), [...shape]));
    const results = compute(...tensors).map((result) => ({ shape: result.shape, data: result.dataSync() }));
    tensors.forEach((tensor, i) => expect(tensor.dataSync(), `input ${i}`).toEqual(Float32Array.from(inputs[i]!.data)));
    return results;
  });
}

/** Runs a kernel by name on the current engine. */
export function run(name: string, inputs: Record<string, tf.Tensor>, attributes: object): tf.Tensor[] {
  const result: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);
  return Array.isArray(result) ? result : [result];
}
