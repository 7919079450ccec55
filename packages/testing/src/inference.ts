import { createRandom, isSsl3dError, type Example, type Trainable } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { createCheck, ensure, type Check } from "./check.js";
import { ensureClose, ensureFinite, ensureNoLeak } from "./measure.js";
import { withNetworks, type TrainableSubject } from "./test-trainable.js";

/** The check of what a task answers to raw inputs of these shapes (without the batch axis), where it does. */
export function checkInference<E extends Example>(subject: TrainableSubject<E, Trainable<E>>, shapes: () => readonly (readonly number[])[]): Check {
  return createCheck(`${subject.rank}D: infer, where the task has it, answers each input by itself, leaks nothing and refuses other shapes`, () =>
    withNetworks(subject, async ({ trainable }) => {
      if (trainable.infer === undefined) return;
      await ensureNoLeak(() => {
        const inputs = shapes().map((shape, index) => randomInput(`input ${index}`, [2, ...shape]));
        const first = inputs.map((input) => tf.slice(input, 0, 1));
        const wrong = shapes().map((shape) => tf.zeros([1, ...shape, 1]));
        const [both, alone] = [inputs, first].map((given) => trainable.infer!(given)) as [Tensor, Tensor];
        const values = both.dataSync();
        ensureFinite("the answer", values);
        ensure(both.shape[0] === 2 && alone.shape[0] === 1, `expected answers with the batch as their first axis, received [${both.shape.join(", ")}]`);
        ensureClose("the answer to a batch of one, beside a batch of two", alone.dataSync(), values.subarray(0, values.length / 2), 1e-4);
        ensureRefused(trainable, wrong, shapes()[0]!);
        tf.dispose([...inputs, ...first, ...wrong, both, alone]);
      });
    }),
  );
}

function ensureRefused(trainable: Trainable, inputs: readonly Tensor[], shape: readonly number[]): void {
  let message = "an answer";
  try {
    trainable.infer!(inputs).dispose();
  } catch (error) {
    message = isSsl3dError(error) ? error.message : `another error: ${String(error)}`;
  }
  ensure(message.includes(shape.join(", ")), `inputs of another shape: expected a coded error that names the shape [${shape.join(", ")}], received ${message}`);
}

function randomInput(seed: string, shape: readonly number[]): Tensor {
  const random = createRandom(seed);
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(Float32Array.from({ length }, () => random.normal()), [...shape]);
}
