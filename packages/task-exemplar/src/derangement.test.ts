import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createRandom } from "@ssl3d/core";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { derangeByDraws, DRAWS } from "./derangement.js";
import { exemplarOptions } from "./options.js";
import { createTripletNetwork } from "./triplet-network.js";

const examples = fc.array(fc.record({ draw: fc.integer({ min: 0, max: DRAWS - 1 }), id: fc.constantFrom("a", "b", "c", "d") }), { minLength: 2, maxLength: 9 });

it("takes negatives of other cases, whatever the draws, wherever a batch has another", () => {
  fc.assert(
    fc.property(examples, (batch) => {
      const ids = batch.map(({ id }) => id);
      const order = derangeByDraws(batch.map(({ draw }) => draw), ids);
      for (const [i, other] of order.entries()) {
        expect(other).not.toBe(i);
        if (new Set(ids).size > 1) expect(ids[other]).not.toBe(ids[i]);
      }
    }),
  );
});

it("leaves the draws' own order where cases differ", () => {
  fc.assert(
    fc.property(examples, (batch) => {
      const draws = batch.map(({ draw }) => draw);
      expect(derangeByDraws(draws, batch.map((_, i) => `${i}`))).toEqual(derangeByDraws(draws));
    }),
  );
});

it("heeds a step's case ids", async () => {
  await tf.setBackend("cpu");
  const encoder = unetEncoder.build({ rank: 2, channels: 1, options: unetEncoderOptions.parse({ filters: 2, levels: 1, dropout: 0 }), random: createRandom(1) });
  const network = createTripletNetwork({ encoder, options: exemplarOptions.parse({ codeSize: 4 }), inputSize: [8, 8], random: createRandom(2) });
  const [same, other] = [1, 2].map((seed) => tf.randomNormal([8, 8, 1], 0, 1, "float32", seed)) as [tf.Tensor, tf.Tensor];
  const positive = tf.stack([same, same, other]);
  const anchor = tf.add(positive, 0.5);
  const lossOf = (tensors: Parameters<typeof network.codesOf>[0]): number =>
    network.step({ tensors, caseIds: ["a", "a", "b"] }, { training: false }).loss.dataSync()[0]!;
  const given = lossOf({ anchor, positive, negative: tf.stack([other, other, same]) });
  for (const draw of [[0, 0, 0], [0, 0, DRAWS - 1]]) expect(lossOf({ anchor, positive, draw: tf.tensor1d(draw, "int32") })).toBeCloseTo(given, 6);
  network.dispose();
  encoder.dispose();
});
