import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { activate } from "../activate.js";
import { variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

describe.skipIf(!hasLibrary)("sums and means", () => {
  it.each<[string, number[], number[] | undefined]>([
    ["everything", [2, 8, 8, 8, 16], undefined],
    ["everything, of an odd size", [4, 1031], undefined],
    ["all axes but the channels", [2, 8, 8, 8, 16], [0, 1, 2, 3]],
    ["the spatial axes", [3, 8, 8, 8, 16], [1, 2, 3]],
    ["the spatial axes of an odd size", [2, 13, 7, 5, 11], [1, 2, 3]],
    ["a prime number of voxels", [2, 4099, 3], [1]],
    ["the channels", [2, 8, 8, 8, 4], [-1]],
    ["long last axes", [2, 20, 500], [1, 2]],
    ["the cases", [3, 8, 8, 8, 4], [0]],
    ["axes that lie apart", [3, 8, 8, 8, 4], [0, 2]],
    ["no axis", [8, 1024], []],
  ])("over %s", async (_, shape, axis) => {
    await expectAgreement([variedValues(shape)], (x) => [tf.sum(x, axis), tf.mean(x, axis), tf.sum(x, axis, true)]);
  });

  it("of 4 million values are right to 5e-6", async () => {
    await activate({ threads: 2, precision: "float32" });
    const values = new Float32Array(2 ** 22).fill(0.1);
    tf.tidy(() => {
      const x = tf.tensor(values);
      expect(tf.sum(x).dataSync()[0]! / (Math.fround(0.1) * values.length)).toBeCloseTo(1, 5);
      expect(tf.mean(x).dataSync()[0]! / Math.fround(0.1)).toBeCloseTo(1, 5);
    });
  });

  it("of integers and truth values that were cast", async () => {
    await expectAgreement([variedValues([64, 128])], (x) => {
      const labels = tf.cast(tf.cast(tf.mul(x, 9), "int32"), "float32");
      const flags = tf.cast(tf.greater(x, 0), "float32");
      return [labels, flags].flatMap((values) => [tf.sum(values), tf.sum(values, 0), tf.sum(values, 1), tf.mean(values)]);
    });
  });

  it("tell of values that are not finite", async () => {
    const data = new Float32Array(8192).fill(1);
    data[5000] = NaN;
    await activate({ threads: 2, precision: "float32" });
    tf.tidy(() => {
      expect(tf.sum(tf.tensor(data)).dataSync()[0]).toBeNaN();
      expect(Array.from(tf.sum(tf.tensor(data, [512, 16]), 0).dataSync()).filter(Number.isNaN)).toHaveLength(1);
    });
  });
});
