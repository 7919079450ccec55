import { createRandom } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { infoNce, pairLogits, pairLoss } from "./contrastive-losses.js";
import { pickCodes } from "./pick-codes.js";

beforeAll(() => tf.setBackend("cpu"));

const random = createRandom("codes");
const codes = (count: number, size: number, scale = 1): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: size }, () => random.normal(0, scale)));
const product = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const valuesOf = ({ loss, metrics }: ReturnType<typeof infoNce>): [number, number] => [loss.dataSync()[0]!, metrics.accuracy.dataSync()[0]!];

describe("infoNce", () => {
  it("is minus the mean logarithm of the true candidate's share", () => {
    const [predictions, candidates, truth] = [codes(6, 4), codes(9, 4), [0, 8, 3, 3, 1, 5]];
    const scores = predictions.map((prediction) => candidates.map((candidate) => product(prediction, candidate)));
    const loss = scores.reduce((sum, row, i) => sum - Math.log(Math.exp(row[truth[i]!]!) / row.reduce((all, z) => all + Math.exp(z), 0)), 0) / 6;
    const hits = scores.filter((row, i) => row.indexOf(Math.max(...row)) === truth[i]).length / 6;
    const [ours, accuracy] = valuesOf(infoNce(tf.tensor2d(predictions), tf.tensor2d(candidates), Int32Array.from(truth)));
    expect(ours).toBeCloseTo(loss, 5);
    expect(accuracy).toBeCloseTo(hits, 6);
  });

  it("stays finite for scores whose exponentials are not", () => {
    const scores = tf.tensor2d([[300], [-300]]);
    expect(valuesOf(infoNce(scores, tf.tensor2d([[1], [-1]]), Int32Array.of(0, 0)))).toEqual([300, 0.5]);
  });

  it("is at chance where all codes are alike", () => {
    const [loss, accuracy] = valuesOf(infoNce(tf.ones([3, 2]), tf.ones([10, 2]), Int32Array.of(1, 5, 9)));
    expect(loss).toBeCloseTo(Math.log(10), 5);
    expect(accuracy).toBeCloseTo(0.1, 6);
  });
});

describe("pairLoss", () => {
  it("is the binary cross-entropy of mean products over terms and code", () => {
    const [predictions, trueCodes, otherCodes] = [0, 1, 2].map(() => [codes(2, 5), codes(2, 5)]) as [number[][][], number[][][], number[][][]];
    const logit = (others: number[][][], i: number): number =>
      (product(predictions[i]![0]!, others[i]![0]!) + product(predictions[i]![1]!, others[i]![1]!)) / 10;
    const logits = [0, 1].map((i) => [logit(trueCodes, i), logit(otherCodes, i)] as const);
    expect([...pairLogits(tf.tensor3d(predictions), tf.tensor3d(trueCodes)).dataSync()].map((z) => z.toFixed(4))).toEqual(logits.map(([z]) => z.toFixed(4)));
    const loss = logits.reduce((sum, [yes, no]) => sum + Math.log(1 + Math.exp(-yes)) + Math.log(1 + Math.exp(no)), 0) / 4;
    const right = logits.reduce((sum, [yes, no]) => sum + Number(yes > 0) + Number(no <= 0), 0) / 4;
    const [ours, accuracy] = valuesOf(pairLoss(tf.tensor3d(predictions), tf.tensor3d(trueCodes), tf.tensor3d(otherCodes)));
    expect(ours).toBeCloseTo(loss, 5);
    expect(accuracy).toBeCloseTo(right, 6);
  });
});

describe("pickCodes", () => {
  it("takes codes by index from every group, and hands gradients back to them", () => {
    const groups = tf.tensor3d([codes(3, 2), codes(3, 2)]);
    const indices = Int32Array.of(2, 0, 2, 2);
    expect(pickCodes(groups, indices).arraySync()).toEqual((groups.arraySync()).map((group) => [...indices].map((i) => group[i])));
    const gradient = tf.grad((x) => tf.sum(pickCodes(x, indices)))(groups);
    expect(gradient.arraySync()).toEqual([0, 1].map(() => [[1, 1], [0, 0], [3, 3]]));
  });
});
