import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { ensure } from "../check.js";
import { ensureClose } from "../measure.js";

/** Values and shape of a tensor, off any engine. */
export interface ArrayValues {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** What is asked of an engine: results of tensors. Intermediate tensors are let go. */
export type Computation = (...tensors: tf.Tensor[]) => tf.Tensor[];

/** Values in [-1, 1] that hardly tie, the same for the same shape and seed. */
export function variedValues(shape: readonly number[], seed = 1): ArrayValues {
  const data = new Float32Array(tf.util.sizeFromShape([...shape]));
  let state = seed * 7919 + 12345;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    data[i] = state / 0x40000000 - 1;
  }
  return { shape, data };
}

/**
 * Computes on the engine that `activate` makes current.
 * @throws where tensors are left behind, or an input was written into: that corrupts whatever reads it next
 */
export async function computeOn(activate: () => Promise<unknown>, inputs: readonly ArrayValues[], compute: Computation): Promise<ArrayValues[]> {
  registerGradients();
  await activate();
  const before = tf.memory().numTensors;
  const results = tf.tidy(() => {
    const tensors = inputs.map(({ shape, data }) => tf.tensor(Float32Array.from(data), [...shape]));
    const computed = compute(...tensors).map((result) => ({ shape: result.shape, data: result.dataSync() }));
    tensors.forEach((tensor, i) => {
      const after = tensor.dataSync();
      const changed = Array.from(Float32Array.from(inputs[i]!.data)).findIndex((value, at) => !Object.is(value, after[at]));
      ensure(changed < 0, `expected input ${i} to keep its values, received another one at ${changed}`);
    });
    return computed;
  });
  const after = tf.memory().numTensors;
  ensure(after === before, `expected as many tensors after as before, ${before}, received ${after}`);
  return results;
}

/** The same on tfjs' cpu backend, which serves as the reference. */
export async function computeOnReference(inputs: readonly ArrayValues[], compute: Computation): Promise<ArrayValues[]> {
  return await computeOn(() => tf.setBackend("cpu"), inputs, compute);
}

/** Fails unless results have the shapes expected and, up to `tolerance` times the largest magnitude, the values. */
export function ensureSameResults(actual: readonly ArrayValues[], expected: readonly ArrayValues[], tolerance: number): void {
  const shapes = (results: readonly ArrayValues[]): string => results.map(({ shape }) => `[${shape.join(", ")}]`).join(" ");
  ensure(shapes(actual) === shapes(expected), `expected results of shapes ${shapes(expected)}, received ${shapes(actual)}`);
  expected.forEach(({ data }, i) => ensureClose(`result ${i}`, actual[i]!.data, data, tolerance));
}

/** Runs a kernel by name on the current engine. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attributes: object): tf.Tensor[] {
  const result: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);
  return Array.isArray(result) ? result : [result];
}
