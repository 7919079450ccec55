import "@tensorflow/tfjs-backend-cpu";
import { createRandom, registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createConvBlock } from "../networks/conv-block.js";
import { maxDifference, randomTensor } from "../testing/check-gradients.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe.each([2, 3] as const)("a recomputed block of rank %i", (rank) => {
  const size = [6, 4, 5].slice(0, rank);

  function build(recompute: boolean, inputGradient: boolean, dropout = 0) {
    return createConvBlock({ name: "b", rank, inputChannels: 2, filters: 3, batchNorm: true, dropout, recompute, inputGradient, random: createRandom(1) });
  }

  /** Loss, all gradients and the moving statistics after one training step. */
  function step(block: ReturnType<typeof build>, x: tf.Tensor): Float32Array[] {
    const variables = block.weights.filter(({ trainable }) => trainable).map(({ variable }) => variable);
    const loss = (input: tf.Tensor): tf.Tensor => tf.sum(tf.exp(block.forward(input, { training: true, random: createRandom(2) })));
    const { value, grads } = tf.engine().gradients(() => loss(x), [x, ...variables], undefined, true);
    const results = [value, ...grads, ...block.weights.map(({ variable }) => variable)].map((tensor) => tensor.dataSync<"float32">().slice());
    tf.dispose([value, grads]);
    return results;
  }

  it.each([true, false])("has the gradients and statistics of the block as it is (input gradient %s)", (inputGradient) => {
    const x = randomTensor("x", [2, ...size, 2]);
    const [plain, recomputed] = [build(false, true), build(true, inputGradient)];
    const expected = step(plain, x);
    const before = tf.memory().numTensors;
    const actual = step(recomputed, x);
    expect(tf.memory().numTensors).toBe(before);
    expected.forEach((values, index) => expect(maxDifference(actual[index]!, values)).toBeLessThan(1e-4));
    expected.slice(0, 10).forEach((values) => expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(1e-6));
    tf.dispose(x);
    plain.dispose();
    recomputed.dispose();
  });

  it("draws the same dropout on the way back", () => {
    const x = randomTensor("x", [2, ...size, 2]);
    const block = build(true, true, 0.5);
    const kernel = block.weights[0]!.variable;
    const random = createRandom(3);
    const loss = (): tf.Tensor => tf.sum(tf.square(block.forward(x, { training: true, random: random.split("step") })));
    const { grads } = tf.engine().gradients(loss, [kernel]);
    const at = 5;
    const numeric = [1e-2, -1e-2].map((change) => {
      const values = kernel.dataSync<"float32">().slice();
      values[at]! += change;
      const old = kernel.clone();
      kernel.assign(tf.tensor(values, kernel.shape));
      // The tape is on, as in training, so that the same numbers are drawn.
      const { value } = tf.engine().gradients(loss, [kernel]);
      kernel.assign(old);
      return value.dataSync()[0]!;
    });
    const expected = (numeric[0]! - numeric[1]!) / 2e-2;
    expect(Math.abs(grads[0]!.dataSync()[at]! - expected)).toBeLessThan(2e-2 * Math.max(1, Math.abs(expected)));
    block.dispose();
  });
});
