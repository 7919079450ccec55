import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { variedValues } from "@ssl3d/testing";
import { expectAgreement, onWasm } from "../test-support.js";

describe("everyday operations", () => {
  it.each([
    [[2, 3, 4, 5], [5]],
    [[2, 3, 4, 8], [8]],
    [[7, 1], [1]],
    [[5], [5]],
    [[2, 3], [2, 1]],
    [[0, 4], [4]],
  ])("add %j and %j as the cpu engine does", async (a, b) => {
    await expectAgreement([variedValues(a), variedValues(b, 2)], (x, y) => [tf.add(x, y)]);
  });

  it("share values among copies without binding their lives together", async () => {
    const [values] = await onWasm([variedValues([3, 4])], (x) => {
      const original = tf.mul(x, 1);
      const copy = tf.clone(original);
      original.dispose();
      const variable = tf.variable(copy);
      variable.assign(tf.zeros([3, 4]));
      variable.dispose();
      return [copy];
    });
    expect(values!.data).toEqual(variedValues([3, 4]).data);
  });
});
