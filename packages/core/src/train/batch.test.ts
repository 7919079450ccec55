import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import type { NumericArray } from "../contract/volume.js";
import { disposeBatch, stackExamples, toBatch } from "./batch.js";

const floats = (...values: number[]): NumericArray => ({ data: Float32Array.from(values), shape: [values.length] });

beforeAll(() => tf.setBackend("cpu"));

describe("stackExamples", () => {
  it("stacks along a new leading axis, scalars too", () => {
    const example = (a: number, label: number) => ({
      image: { data: Float32Array.of(a, a + 1), shape: [1, 2] },
      label: { data: Int32Array.of(label), shape: [] },
    });
    expect(stackExamples([example(1, 7), example(5, 8)], ["x", "y"])).toEqual({
      arrays: {
        image: { data: Float32Array.of(1, 2, 5, 6), shape: [2, 1, 2] },
        label: { data: Int32Array.of(7, 8), shape: [2] },
      },
      caseIds: ["x", "y"],
    });
  });

  it("refuses unequal examples and names the cases", () => {
    const stack = (other: Record<string, NumericArray>) => () =>
      stackExamples([{ image: floats(1, 2) }, other], ["x", "y"]);
    expect(stack({ image: floats(1, 2, 3) })).toThrow('"image": case "x" has float32 [2], case "y" has float32 [3]');
    expect(stack({ image: { data: new Uint8Array(2), shape: [2] } })).toThrow("uint8 [2]");
    expect(stack({ picture: floats(1, 2) })).toThrow("their arrays");
    expect(() => stackExamples([], [])).toThrow(RangeError);
  });
});

describe("toBatch", () => {
  it("puts arrays on the engine, bytes as int32, and lets go of them", () => {
    const before = tf.memory().numTensors;
    const batch = toBatch(
      stackExamples([{ image: floats(1, 2), mask: { data: Uint8Array.of(0, 255), shape: [2] } }], ["x"])
    );
    expect(batch.caseIds).toEqual(["x"]);
    expect(batch.tensors.image.dtype).toBe("float32");
    expect(batch.tensors.mask.dtype).toBe("int32");
    expect(batch.tensors.mask.arraySync()).toEqual([[0, 255]]);
    disposeBatch(batch);
    expect(tf.memory().numTensors).toBe(before);
  });
});
