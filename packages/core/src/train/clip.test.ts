import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { clipGradients, globalNorm, type ClipOptions } from "./clip.js";

const NONE: ClipOptions = { clipValue: null, clipNorm: null, clipGlobalNorm: null };

function clip(options: Partial<ClipOptions>, gradients: number[][]): number[][] {
  return tf.tidy(() =>
    clipGradients(
      gradients.map((gradient) => tf.tensor1d(gradient)),
      { ...NONE, ...options }
    ).map((clipped) => Array.from(clipped.dataSync()))
  );
}

function expectClose(actual: number[][], wanted: number[][]): void {
  actual.flat().forEach((value, index) => expect(value).toBeCloseTo(wanted.flat()[index]!, 6));
}

beforeAll(() => tf.setBackend("cpu"));

describe("clipGradients", () => {
  it("leaves gradients alone without limits, and below them", () => {
    expect(clip({}, [[3, -4], [100]])).toEqual([[3, -4], [100]]);
    expect(
      clip({ clipValue: 5, clipNorm: 5, clipGlobalNorm: 50 }, [
        [3, -4],
        [0, 0],
      ])
    ).toEqual([
      [3, -4],
      [0, 0],
    ]);
  });

  it("clips elements by value", () => expectClose(clip({ clipValue: 2 }, [[3, -4, 1]]), [[2, -2, 1]]));

  it("clips each tensor by its own norm", () =>
    expectClose(clip({ clipNorm: 1 }, [[3, -4], [0.5]]), [[0.6, -0.8], [0.5]]));

  it("clips all together by the global norm", () => {
    // norm of (3, -4, 12) is 13
    expectClose(clip({ clipGlobalNorm: 1.3 }, [[3, -4], [12]]), [[0.3, -0.4], [1.2]]);
  });

  it("clips by value first, then by norm, then globally", () => {
    // (30, -4) -> (3, -3) -> norm 2: (sqrt 2, -sqrt 2); (1) stays; norm of all sqrt 5 -> 1
    const [root2, root5] = [Math.sqrt(2), Math.sqrt(5)];
    const options = { clipValue: 3, clipNorm: 2 };
    expectClose(clip(options, [[30, -4], [1]]), [[root2, -root2], [1]]);
    expectClose(clip({ ...options, clipGlobalNorm: 1 }, [[30, -4], [1]]), [
      [root2 / root5, -root2 / root5],
      [1 / root5],
    ]);
  });

  it("measures a norm that is not finite where an element is not", () => {
    const norm = (values: number[]) =>
      tf.tidy(() => globalNorm([tf.tensor1d(values), tf.tensor1d([1])]).dataSync()[0]!);
    expect(norm([2, 2, 4])).toBeCloseTo(5, 6);
    expect(norm([1, NaN])).toBeNaN();
    expect(norm([-Infinity, 1])).toBe(Infinity);
  });
});
