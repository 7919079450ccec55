import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { Weight } from "@ssl3d/core";
import { ensure } from "./check.js";

/** Runs something and fails if the engine holds another number of tensors afterwards. */
export async function ensureNoLeak(run: () => Promise<void> | void): Promise<void> {
  const before = tf.memory().numTensors;
  await run();
  const after = tf.memory().numTensors;
  ensure(after === before, `expected as many tensors after as before, ${before}, received ${after}`);
}

/** Fails unless every number is finite. */
export function ensureFinite(what: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    ensure(Number.isFinite(values[i]), `expected finite numbers in ${what}, received ${String(values[i])} at ${i}`);
  }
}

/** Fails unless the loss has a finite gradient, not zero everywhere, for each weight that is trained. */
export function ensureGradients(weights: readonly Weight[], loss: () => Scalar): void {
  const trained = weights.filter((weight) => weight.trainable);
  const { value, grads } = tf.variableGrads(loss, trained.map((weight) => weight.variable));
  try {
    ensureFinite("the loss", value.dataSync());
    for (const { name, variable } of trained) {
      const gradient = (grads as Record<string, Tensor | undefined>)[variable.name];
      ensure(gradient !== undefined, `expected a gradient for "${name}", received none`);
      const values = gradient.dataSync();
      ensureFinite(`the gradient of "${name}"`, values);
      ensure(values.some((entry) => entry !== 0), `expected a gradient for "${name}", received zeros only`);
    }
  } finally {
    tf.dispose([value, grads]);
  }
}

/** Fails unless two arrays agree to `tolerance` times the largest magnitude of the one expected. */
export function ensureClose(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  ensure(actual.length === expected.length, `${what}: expected ${expected.length} values, received ${actual.length}`);
  let scale = Number.MIN_VALUE;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i] as number));
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  }
  const relative = worst / scale;
  ensure(relative <= tolerance, `${what}: strays by ${relative.toExponential(2)} of the largest magnitude, ${tolerance} is allowed`);
}
