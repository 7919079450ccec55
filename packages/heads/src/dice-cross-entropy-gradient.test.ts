import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom, diceCrossEntropy, registerGradients } from "@ssl3d/core";
import { diceCrossEntropyGradient } from "./dice-cross-entropy-gradient.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

describe("diceCrossEntropyGradient", () => {
  it.each([2, 4])("agrees with the tensor operations for %d classes, an empty one among them", (classes) => {
    const random = createRandom(classes);
    const logits = Float32Array.from({ length: 50 * classes }, () => random.normal(0, 3));
    const truth = Uint8Array.from({ length: 50 }, () => random.integer(0, classes - 1));
    const { loss, gradient } = diceCrossEntropyGradient(logits, truth, classes);
    tf.tidy(() => {
      const oneHot = tf.oneHot(tf.tensor1d(Int32Array.from(truth), "int32"), classes, 1, 0, "float32");
      const reference = tf.valueAndGrad((x) => diceCrossEntropy(oneHot, x))(tf.tensor2d(logits, [50, classes]));
      expect(loss).toBeCloseTo(reference.value.dataSync()[0]!, 5);
      reference.grad.dataSync().forEach((value, i) => expect(gradient[i]).toBeCloseTo(value, 6));
    });
  });
});
