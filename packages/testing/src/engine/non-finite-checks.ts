import { categoricalCrossEntropyFromLogits, diceCrossEntropy } from "@ssl3d/core";
import { batchNorm, conv, convBias, dense, globalAveragePool, instanceNorm } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { createCheck, ensure, type Check } from "../check.js";
import { ensureNoLeak } from "../measure.js";
import type { EngineUnderTest } from "./engine-under-test.js";

const SHAPE = [2, 4, 4, 4, 2];

/** Operations through which a NaN must reach the result: training tells by its loss and gradients that something went wrong. */
const CARRIERS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  convolution: (x) => conv(x, tf.ones([3, 3, 3, 2, 2])),
  "convolution with bias": (x) => convBias(x, tf.ones([1, 1, 1, 2, 3]), tf.zeros([3])),
  "batch normalisation": (x) => batchNorm(x, tf.ones([2]), tf.zeros([2])),
  "instance normalisation": (x) => instanceNorm(x, tf.ones([2]), tf.zeros([2])),
  "global average pooling": (x) => globalAveragePool(x),
  "fully connected layer": (x) => dense(tf.reshape(x, [2, -1]), tf.ones([128, 2]), tf.zeros([2])),
  sum: (x) => tf.add(x, 1),
  product: (x) => tf.mul(x, 0),
  mean: (x) => tf.mean(x),
  "Dice and cross-entropy": (x) => diceCrossEntropy(tf.onesLike(x), x),
  "cross-entropy": (x) => categoricalCrossEntropyFromLogits(tf.onesLike(x), x),
};

/** NaN and infinity: where they must arrive, and that a step with one is noticed. */
export function nonFiniteChecks({ backend }: EngineUnderTest): Check[] {
  const check = (name: string, run: () => Promise<void>): Check =>
    createCheck(name, async () => {
      await tf.setBackend(backend);
      await ensureNoLeak(run);
    });
  const carriers = Object.entries(CARRIERS).map(([name, apply]) =>
    check(`NaN passes through: ${name}`, async () => {
      const values = await evaluate(apply, imageWith(NaN));
      ensure(values.some(Number.isNaN), "expected a NaN in the result, received none");
    }),
  );
  return [
    ...carriers,
    check("a NaN among the voxels reaches a gradient through convolution and ReLU", async () => {
      const loss = (x: Tensor) => (filter: Tensor) => tf.mean(convBias(x, filter, tf.zeros([2]), { activation: "relu" }));
      const values = await evaluate((x) => tf.grad(loss(x))(tf.ones([3, 3, 3, 2, 2])), imageWith(NaN));
      ensure(values.some(Number.isNaN), "expected a NaN in the filter's gradient, received none");
    }),
    check("infinity arises and stays where the reference has it", async () => {
      const values = await evaluate((x) => tf.concat([tf.exp(tf.mul(x, 1000)), tf.div(1, x), tf.log(tf.relu(x))]), tf.tensor1d([-1, 0, 1]));
      const expected = [0, 1, Infinity, -1, Infinity, 1, -Infinity, -Infinity, 0];
      expected.forEach((value, i) => ensure(Math.abs(values[i]! - value) < 1e-5 || values[i] === value, `expected ${value} at ${i}, received ${String(values[i])}`));
    }),
    check("far logits keep the cross-entropy finite", async () => {
      const values = await evaluate((x) => categoricalCrossEntropyFromLogits(tf.tensor2d([[0, 1]]), x), tf.tensor2d([[500, -500]]));
      ensure(Math.abs(values[0]! - 1000) < 1, `expected a loss of 1000, received ${String(values[0])}`);
    }),
  ];
}

function imageWith(value: number): Tensor {
  const voxels = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i));
  voxels[100] = value;
  return tf.tensor(voxels, SHAPE);
}

async function evaluate(apply: (x: Tensor) => Tensor, x: Tensor): Promise<number[]> {
  const y = tf.tidy(() => apply(x));
  const values = Array.from(await y.data());
  tf.dispose([x, y]);
  return values;
}
