import "@tensorflow/tfjs-backend-cpu";
import { createRandom, registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Check } from "./check.js";
import { ensureClose, ensureNoLeak } from "./measure.js";
import { operationCases, type OperationCase } from "./operations.js";

/** How an engine is tested. */
export interface BackendTestSettings {
  /** Largest difference allowed, relative to the largest magnitude of an array. Default 1e-4; bf16 needs about 2e-2. */
  readonly tolerance?: number;
}

/**
 * The contract of engines, as checks for any test runner: the operations of @ssl3d/nn and their gradients against tfjs'
 * cpu backend. `backend` is the tfjs name that `activate` resolved to. Makes the engine current, and leaves it so.
 */
export function testBackend(backend: string, settings: BackendTestSettings = {}): Check[] {
  const { tolerance = 1e-4 } = settings;
  return operationCases().map((operation) => ({
    name: `${operation.name} equals the reference, forward and backward`,
    run: async () => {
      registerGradients();
      await tf.setBackend("cpu");
      const expected = await evaluate(operation);
      await tf.setBackend(backend);
      await ensureNoLeak(async () => {
        const actual = await evaluate(operation);
        expected.forEach(({ what, values }, index) => {
          ensureClose(`${operation.name}, ${what}`, actual[index]?.values ?? [], values, tolerance);
        });
      });
    },
  }));
}

interface Result {
  readonly what: string;
  readonly values: ArrayLike<number>;
}

/** The value and the gradient for each input but the given statistics, weighted so that every element counts differently. */
async function evaluate(operation: OperationCase): Promise<Result[]> {
  const inputs = operation.shapes.map((shape, index) => randomTensor(`${operation.name}/${index}`, shape, operation.positive?.includes(index)));
  const output = tf.tidy(() => operation.apply(...inputs));
  const weights = randomTensor(`${operation.name}/weights`, output.shape);
  const variables = inputs.slice(0, 3);
  const gradients = tf.tidy(() =>
    tf.grads((...moving: Tensor[]) => tf.sum(tf.mul(operation.apply(...moving, ...inputs.slice(3)), weights)))(variables),
  );
  const results = [
    { what: "value", values: await output.data() },
    ...(await Promise.all(gradients.map(async (gradient, index) => ({ what: `gradient ${index}`, values: await gradient.data() })))),
  ];
  tf.dispose([inputs, output, weights, gradients]);
  return results;
}

function randomTensor(seed: string, shape: readonly number[], positive = false): Tensor {
  const random = createRandom(seed);
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(Float32Array.from({ length }, () => (positive ? random.uniform(0.5, 2) : random.normal())), [...shape]);
}
