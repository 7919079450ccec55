import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { activate } from "../activate.js";
import { variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

describe.skipIf(!hasLibrary)("movement", () => {
  it("joins along every axis", async () => {
    const inputs = [variedValues([2, 8, 9, 6], 1), variedValues([2, 8, 9, 6], 2), variedValues([2, 8, 9, 6], 3)];
    for (const axis of [0, 1, 3, -2]) await expectAgreement(inputs, (...x) => [tf.concat(x, axis), tf.stack(x, axis)], 0);
  });

  it("joins channels of different number, with the gradient", async () => {
    const inputs = [variedValues([2, 8, 8, 8, 4], 1), variedValues([2, 8, 8, 8, 3], 2), variedValues([2, 8, 8, 8, 7], 3)];
    await expectAgreement(inputs, (a, b, weights) => {
      const gradients = tf.grads((x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.mul(tf.concat([x, y], -1), weights)))([a, b]);
      return [tf.concat([a, b], 4), ...gradients];
    }, 0);
  });

  it("cuts into parts", async () => {
    await expectAgreement([variedValues([12, 10, 35])], (x) => [
      ...tf.split(x, [3, 9], 0), ...tf.split(x, 2, 1), ...tf.split(x, [1, 30, 4], -1), ...tf.unstack(x, 1).slice(3, 5), ...tf.unstack(x, 0),
      tf.slice(x, [2, 0, 0], [9, 10, 35]), tf.slice(x, [1, 2, 3], [8, 7, 30]), tf.slice(x, [4, 0, 0], [1, 3, 2]), tf.slice(x, [1, 2], [11, 4]),
      tf.stridedSlice(x, [1, 0, 3], [12, 10, 35], [1, 2, 1]), tf.stridedSlice(x, [0, 0, 0], [12, 10, 35], [1, 3, 2]), tf.stridedSlice(x, [11, 9, 34], [0, 0, 0], [-1, -1, -1]),
      tf.stridedSlice(x, [1, 0, 3], [12, 10, 35], [1, 1, 1], 0, 0, 0, 0, 1),
    ], 0);
  });

  it("pads, repeats and transposes", async () => {
    await expectAgreement([variedValues([3, 14, 31])], (x) => [
      tf.pad(x, [[0, 1], [2, 0], [1, 1]]), tf.pad(x, [[0, 1], [2, 0], [1, 1]], 7), tf.transpose(x), tf.transpose(x, [1, 0, 2]), tf.transpose(x, [0, 2, 1]),
      tf.tile(x, [2, 1, 3]), tf.tile(tf.slice(x, [0, 0, 0], [3, 1, 31]), [1, 60, 2]), tf.tile(x, [1, 1, 1]),
      tf.grad((a: tf.Tensor) => tf.sum(tf.square(tf.tile(a, [2, 3, 1]))))(x),
      tf.grad((a: tf.Tensor) => tf.sum(tf.square(tf.pad(tf.transpose(a, [2, 0, 1]), [[0, 1], [2, 0], [1, 1]]))))(x),
    ], 0);
  });

  it("moves integers and passes on what it does not move", async () => {
    await expectAgreement([variedValues([40, 50])], (x) => {
      const whole = tf.cast(tf.mul(x, 1000), "int32");
      return [tf.transpose(whole), tf.concat([whole, whole], 1), tf.transpose(tf.cast(whole, "bool")), tf.reshape(tf.slice(whole, [3, 0], [30, 50]), [-1])];
    }, 0);
  });

  it("keeps the type of a tensor that was cast to a wider one", async () => {
    await activate({ threads: 2, precision: "float32" });
    tf.tidy(() => {
      const wide = tf.cast(tf.cast(tf.mul(tf.reshape(tf.range(0, 4096), [64, 64]), 3), "int32"), "float32");
      const moved = [tf.slice(wide, [1, 1], [60, 60]), tf.pad(wide, [[1, 1], [0, 0]]), tf.tile(wide, [2, 1]), tf.transpose(wide), ...tf.split(wide, 2)];
      expect(moved.map(({ dtype }) => dtype)).toEqual(moved.map(() => "float32"));
      expect(Array.from(tf.mul(moved[0]!, 0.5).dataSync().slice(0, 2))).toEqual([97.5, 99]);
      const flags = tf.slice(tf.cast(tf.greater(wide, 5), "int32"), [0, 0], [60, 60]);
      expect(flags.dtype).toBe("int32");
      expect(Array.from(flags.dataSync().slice(0, 4))).toEqual([0, 0, 1, 1]);
    });
  });

  it("never returns a view of memory that is released", async () => {
    await activate({ threads: 2, precision: "float32" });
    const x = tf.add(tf.ones([64, 64]), 0);
    const part = tf.slice(x, [0, 0], [2, 64]);
    const large = tf.slice(x, [0, 0], [32, 64]);
    const values = large.dataSync();
    tf.dispose([x, large]);
    tf.dispose(tf.concat([tf.zeros([64, 64]), tf.zeros([64, 64])], 1));
    expect(new Set([...values, ...part.dataSync()])).toEqual(new Set([1]));
    part.dispose();
  });
});
