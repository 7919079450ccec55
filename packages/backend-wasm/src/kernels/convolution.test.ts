import { conv, convBias, convTranspose } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeOnReference, ensureSameResults, runKernel, variedValues } from "@ssl3d/testing";
import { expectAgreement, onWasm } from "../test-support.js";

const axis = fc.integer({ min: 1, max: 9 });
const geometry = fc.record({
  rank: fc.constantFrom(2, 3),
  batch: fc.integer({ min: 1, max: 2 }),
  size: fc.tuple(axis, axis, axis),
  taps: fc.tuple(...([1, 2, 3].map(() => fc.integer({ min: 1, max: 3 })) as [fc.Arbitrary<number>, fc.Arbitrary<number>, fc.Arbitrary<number>])),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.constantFrom("same" as const, "valid" as const),
  inChannels: fc.constantFrom(1, 2, 3, 4, 8, 9),
  outChannels: fc.constantFrom(1, 3, 4, 5, 8, 10, 12, 16),
});

/** The shapes of a case: spatial sizes no smaller than the filter, so that "valid" has an output. */
function shapesOf(from: { rank: number; batch: number; size: number[]; taps: number[]; inChannels: number; outChannels: number }, spread = 1) {
  const taps = from.taps.slice(3 - from.rank);
  const size = from.size.slice(3 - from.rank).map((length, i) => Math.max(length, (taps[i]! - 1) * spread + 1));
  return { x: [from.batch, ...size, from.inChannels], filter: [...taps, from.inChannels, from.outChannels] };
}

describe("convolution", () => {
  it("agrees with the cpu engine, with both gradients, over shapes, strides and channel counts", async () => {
    await fc.assert(
      fc.asyncProperty(geometry, async (from) => {
        const { x, filter } = shapesOf(from);
        await expectAgreement([variedValues(x), variedValues(filter, 2)], (tensorX, tensorFilter) => {
          const options = { strides: from.stride, padding: from.padding };
          const loss = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.sum(tf.square(conv(a, b, options)));
          return [conv(tensorX, tensorFilter, options), ...tf.grads(loss)([tensorX, tensorFilter])];
        }, 5e-6);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("agrees with the cpu engine where it is dilated", async () => {
    await fc.assert(
      fc.asyncProperty(geometry, fc.integer({ min: 2, max: 3 }), async (from, dilation) => {
        const { x, filter } = shapesOf(from, dilation);
        await expectAgreement([variedValues(x), variedValues(filter, 2)], (tensorX, tensorFilter) => [
          conv(tensorX, tensorFilter, { dilations: dilation, padding: from.padding }),
        ]);
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  it("takes strides and dilations in its gradients: both are adjoint to the forward pass", async () => {
    const [xShape, filterShape] = [[1, 7, 8, 9, 3], [3, 2, 3, 3, 5]];
    const attributes = { strides: [2, 1, 3], pad: "valid", dilations: [1, 2, 2], dataFormat: "NDHWC" };
    const results = await onWasm([variedValues(xShape), variedValues(filterShape, 2)], (x, filter) => {
      const y = runKernel(tf.Conv3D, { x: x, filter: filter }, attributes)[0]!;
      const dy = tf.tensor(Float32Array.from(variedValues(y.shape, 3).data), y.shape);
      const dx = runKernel(tf.Conv3DBackpropInputV2, { dy, filter: filter }, { ...attributes, inputShape: xShape })[0]!;
      const dfilter = runKernel(tf.Conv3DBackpropFilterV2, { x: x, dy }, { ...attributes, filterShape })[0]!;
      return [tf.sum(tf.mul(y, dy)), tf.sum(tf.mul(x, dx)), tf.sum(tf.mul(filter, dfilter))];
    });
    const [forward, byInput, byFilter] = results.map(({ data }) => data[0]!) as [number, number, number];
    expect(byInput).toBeCloseTo(forward, 3);
    expect(byFilter).toBeCloseTo(forward, 3);
  });

  it("fuses bias and ReLU", async () => {
    const inputs = [variedValues([2, 5, 6, 7, 3]), variedValues([3, 3, 3, 3, 10], 2), variedValues([10], 3)];
    for (const activation of ["linear", "relu"] as const) {
      const compute = (x?: tf.Tensor, filter?: tf.Tensor, bias?: tf.Tensor): tf.Tensor[] => {
        const loss = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Scalar => tf.sum(tf.square(convBias(a, b, c, { activation })));
        return [convBias(x!, filter!, bias!, { activation }), ...tf.grads(loss)([x!, filter!, bias!])];
      };
      ensureSameResults(await onWasm(inputs, compute), await computeOnReference(inputs, compute), 5e-6);
    }
  });

  it.each([2, 3])("sees the new values of a variable in %iD", async (rank) => {
    const filterShape = [...Array<number>(rank).fill(3), 4, 6];
    const [before, after] = await onWasm([variedValues([1, ...Array<number>(rank).fill(6), 4]), variedValues(filterShape, 2)], (x, start) => {
      const filter = tf.variable(start);
      const first = conv(x, filter);
      filter.assign(tf.mul(start, 2));
      const second = conv(x, filter);
      filter.dispose();
      return [first, second];
    });
    expect(Array.from(after!.data)).toEqual(Array.from(before!.data, (value) => 2 * value));
  });

  it("keeps NaN through ReLU", async () => {
    const [y] = await onWasm([{ shape: [1, 1, 1, 1, 1], data: [NaN] }, variedValues([1, 1, 1, 1, 4])], (x, filter) => [
      convBias(x, filter, tf.zeros([4]), { activation: "relu" }),
    ]);
    expect(Array.from(y!.data)).toEqual([NaN, NaN, NaN, NaN]);
  });

  it("agrees with the cpu engine for transposed convolutions", async () => {
    await fc.assert(
      fc.asyncProperty(geometry, async (from) => {
        const { x } = shapesOf(from);
        const filter = [...from.taps.slice(3 - from.rank), from.outChannels, from.inChannels];
        await expectAgreement([variedValues(x), variedValues(filter, 2)], (tensorX, tensorFilter) => {
          const loss = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.sum(tf.square(convTranspose(a, b, { strides: from.stride })));
          return tf.grads(loss)([tensorX, tensorFilter]);
        }, 5e-6);
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  it("leaves its inputs as they were, also where it reads them in place", async () => {
    const [shape, filterShape] = [[3, 4, 4, 8, 8], [2, 2, 2, 8, 16]];
    const given = [variedValues(shape), variedValues([3, 2, 2, 4, 16], 2), variedValues(filterShape, 3)];
    const after = await onWasm(given, (x, dy, filter) => {
      const attributes = { strides: [2, 2, 2], pad: "valid", dilations: [1, 1, 1], dataFormat: "NDHWC" };
      runKernel(tf.Conv3D, { x: x, filter: filter }, attributes);
      runKernel(tf.Conv3DBackpropFilterV2, { x: x, dy: dy }, { ...attributes, filterShape });
      runKernel(tf.Conv3DBackpropInputV2, { dy: dy, filter: filter }, { ...attributes, inputShape: shape });
      return [x, dy, filter];
    });
    ensureSameResults(after, given, 0);
  });

  it("agrees on a layer that needs several cache blocks", async () => {
    await expectAgreement([variedValues([1, 6, 33, 34, 24]), variedValues([3, 3, 3, 24, 12], 2)], (x, filter) => {
      const y = conv(x, filter);
      return [y, ...tf.grads((a, b) => tf.sum(tf.mul(conv(a, b), y)))([x, filter])];
    }, 1e-5);
  });
});
