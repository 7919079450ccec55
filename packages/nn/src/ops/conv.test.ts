import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { flatIndex, gradientError, indices, maxDifference, product, randomTensor } from "../testing/check-gradients.js";
import { conv, convBias } from "./conv.js";
import { convTranspose } from "./conv-transpose.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

const geometry = fc
  .constantFrom(2, 3)
  .chain((rank) =>
    fc.record({
      size: fc.array(fc.integer({ min: 3, max: 5 }), { minLength: rank, maxLength: rank }),
      taps: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: rank, maxLength: rank }),
      strides: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: rank, maxLength: rank }),
      dilations: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: rank, maxLength: rank }),
      padding: fc.constantFrom("same" as const, "symmetric" as const, "valid" as const),
    }),
  )
  .filter(({ size, taps, dilations, padding }) => padding !== "valid" || size.every((n, i) => n > (taps[i]! - 1) * dilations[i]!));

interface Walk {
  readonly strides: number[];
  readonly dilations: number[];
  readonly padding: "same" | "symmetric" | "valid";
}

/** Where the filter starts for output 0, and how many outputs there are, along each axis (TensorFlow's rules, PyTorch's for "symmetric"). */
function walkOf(size: readonly number[], taps: readonly number[], { strides, dilations, padding }: Walk) {
  return size.map((n, i) => {
    const span = (taps[i]! - 1) * dilations[i]! + 1;
    if (padding === "valid") return { start: 0, outputs: Math.floor((n - span) / strides[i]!) + 1 };
    if (padding === "symmetric") {
      const zeros = Math.floor((span - 1) / 2);
      return { start: -zeros, outputs: Math.floor((n + 2 * zeros - span) / strides[i]!) + 1 };
    }
    const outputs = Math.ceil(n / strides[i]!);
    return { start: -Math.floor(Math.max((outputs - 1) * strides[i]! + span - n, 0) / 2), outputs };
  });
}

function directConv(x: tf.Tensor, filter: tf.Tensor, walk: Walk): Float32Array {
  const rank = x.rank - 2;
  const [size, taps] = [x.shape.slice(1, -1), filter.shape.slice(0, rank)];
  const axes = walkOf(size, taps, walk);
  const outShape = [x.shape[0], ...axes.map(({ outputs }) => outputs), filter.shape[rank + 1]!];
  const [xs, ws] = [x.dataSync(), filter.dataSync()];
  const y = new Float32Array(product(outShape));
  for (const out of indices(outShape)) {
    let sum = 0;
    for (const tap of indices(filter.shape.slice(0, -1))) {
      const at = axes.map(({ start }, i) => start + out[i + 1]! * walk.strides[i]! + tap[i]! * walk.dilations[i]!);
      if (at.some((position, i) => position < 0 || position >= size[i]!)) continue;
      sum += xs[flatIndex([out[0]!, ...at, tap[rank]!], x.shape)]! * ws[flatIndex([...tap, out[rank + 1]!], filter.shape)]!;
    }
    y[flatIndex(out, outShape)] = sum;
  }
  return y;
}

describe("conv", () => {
  it("equals the sum over taps for any stride, dilation, size and padding", () => {
    fc.assert(
      fc.property(geometry, ({ size, taps, ...walk }) => {
        tf.tidy(() => {
          const [x, filter] = [randomTensor("x", [2, ...size, 2]), randomTensor("w", [...taps, 2, 2])];
          expect(maxDifference(conv(x, filter, walk).dataSync(), directConv(x, filter, walk))).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("has the gradients of central differences for any stride, dilation, size and padding", () => {
    fc.assert(
      fc.property(geometry, ({ size, taps, ...walk }) => {
        const inputs = [randomTensor("x", [2, ...size, 2]), randomTensor("w", [...taps, 2, 2])];
        expect(gradientError((x, w) => conv(x, w, walk), inputs, 1)).toBeLessThan(1e-4);
        tf.dispose(inputs);
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  it("refuses inputs that do not fit the filter", () => {
    const [flat, wide, filter] = [tf.zeros([4, 4]), tf.zeros([1, 4, 4, 4, 3]), tf.zeros([3, 3, 3, 2, 2])];
    expect(() => conv(flat, filter)).toThrow(/2 or 3 spatial axes/);
    expect(() => conv(wide, filter)).toThrow(/2 channels/);
    tf.dispose([flat, wide, filter]);
  });
});

describe.each([2, 3] as const)("convBias of rank %i", (rank) => {
  it.each(["linear", "relu"] as const)("is convolution, bias and %s, with the gradients of the parts", (activation) => {
    const size = [5, 4, 3].slice(0, rank);
    const inputs = [randomTensor("x", [2, ...size, 2]), randomTensor("w", [3, 3, 3].slice(0, rank).concat(2, 3)), randomTensor("b", [3])];
    const composed = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor => {
      const z = tf.add(conv(x, w, { strides: 2 }), b);
      return activation === "relu" ? tf.relu(z) : z;
    };
    const fused = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor => convBias(x, w, b, { strides: 2, activation });
    const ofSquare = (f: typeof fused) =>
      tf.valueAndGrads((x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.sum(tf.square(f(x, w, b))))(inputs);
    const [expected, received] = [ofSquare(composed), ofSquare(fused)];
    expect(received.value.dataSync()[0]).toBeCloseTo(expected.value.dataSync()[0]!, 3);
    received.grads.forEach((gradient, i) => expect(maxDifference(gradient.dataSync(), expected.grads[i]!.dataSync())).toBeLessThan(1e-4));
    expect(expected.grads.every((gradient) => gradient.dataSync().some((value) => value !== 0))).toBe(true);
    tf.dispose([inputs, expected.value, received.value, expected.grads, received.grads]);
  });

  it("computes no gradient that nobody asks for and leaks nothing", () => {
    const [x, w, b] = [randomTensor("x", [1, ...new Array<number>(rank).fill(4), 1]), randomTensor("w", [...new Array<number>(rank).fill(3), 1, 2]), randomTensor("b", [2])];
    const before = tf.memory().numTensors;
    const dataGradient = rank === 2 ? tf.Conv2DBackpropInput : tf.Conv3DBackpropInputV2;
    const kernel = tf.getKernel(dataGradient, "cpu");
    let calls = 0;
    tf.unregisterKernel(dataGradient, "cpu");
    tf.registerKernel({ ...kernel, kernelFunc: (call) => (calls++, kernel.kernelFunc(call)) });
    const loss = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sum(tf.square(convBias(x, w, b, { activation: "relu" })));
    const ofWeights = tf.grads((w: tf.Tensor, b: tf.Tensor) => loss(x, w, b))([w, b]);
    expect(calls).toBe(0);
    const ofAll = tf.grads(loss)([x, w, b]);
    expect(calls).toBe(1);
    tf.unregisterKernel(dataGradient, "cpu");
    tf.registerKernel(kernel);
    tf.dispose([ofWeights, ofAll]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, w, b]);
  });
});

describe("convTranspose", () => {
  const transposed = geometry.map(({ size, taps, strides, padding }) => ({ size, taps, strides, padding: padding === "symmetric" ? "same" : padding }));

  it("puts input voxel i through tap j at i * stride + j - padding, without flipping", () => {
    fc.assert(
      fc.property(transposed, ({ size, taps, strides, padding }) => {
        tf.tidy(() => {
          const rank = size.length;
          const [x, filter] = [randomTensor("x", [2, ...size, 2]), randomTensor("w", [...taps, 3, 2])];
          const y = convTranspose(x, filter, { strides, padding });
          const outSize = size.map((n, i) => n * strides[i]! + (padding === "same" ? 0 : Math.max(taps[i]! - strides[i]!, 0)));
          expect(y.shape).toEqual([2, ...outSize, 3]);
          const expected = new Float32Array(y.size);
          const starts = walkOf(outSize, taps, { strides, dilations: taps.map(() => 1), padding }).map(({ start }) => start);
          const [xs, ws] = [x.dataSync(), filter.dataSync()];
          for (const from of indices(x.shape)) {
            for (const tap of indices(filter.shape.slice(0, -1))) {
              const at = starts.map((start, i) => start + from[i + 1]! * strides[i]! + tap[i]!);
              if (at.some((position, i) => position < 0 || position >= outSize[i]!)) continue;
              const value = xs[flatIndex(from, x.shape)]! * ws[flatIndex([...tap, from[rank + 1]!], filter.shape)]!;
              const to = flatIndex([from[0]!, ...at, tap[rank]!], y.shape);
              expected[to] = expected[to]! + value;
            }
          }
          expect(maxDifference(y.dataSync(), expected)).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  it("has the gradients of central differences", () => {
    fc.assert(
      fc.property(transposed, ({ size, taps, strides, padding }) => {
        const inputs = [randomTensor("x", [2, ...size.map((n) => n - 1), 2]), randomTensor("w", [...taps, 3, 2]), randomTensor("b", [3])];
        expect(gradientError((x, w, b) => convTranspose(x, w, { strides, padding }, b), inputs, 1)).toBeLessThan(1e-4);
        tf.dispose(inputs);
      }),
      { numRuns: 15, seed: 4 },
    );
  });
});
