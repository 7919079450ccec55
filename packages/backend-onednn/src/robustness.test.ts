import { KERNELS } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { activate } from "./activate.js";
import { OnednnBackend } from "./storage/onednn-backend.js";
import { runKernel, variedValues } from "@ssl3d/testing";
import { hasLibrary } from "./test-support.js";

const WALK = { strides: [1, 1, 1], dilations: [1, 1, 1], pad: "same", dataFormat: "NDHWC" };

beforeEach(async () => {
  if (hasLibrary) await activate({ threads: 2, precision: "float32" });
});

function draw(shape: number[], seed = 1): tf.Tensor {
  return tf.tensor(Float32Array.from(variedValues(shape, seed).data), shape);
}

function engine(): OnednnBackend {
  const current = tf.backend();
  if (!(current instanceof OnednnBackend)) throw new Error("The native engine is not current.");
  return current;
}

describe.skipIf(!hasLibrary)("the border to native code", () => {
  it.each([
    ["other channels in the filter than in the image", () => runKernel("Conv3D", { x: draw([1, 4, 4, 4, 3]), filter: draw([3, 3, 3, 2, 8]) }, WALK)],
    ["an image of another rank", () => runKernel("Conv3D", { x: draw([4, 4, 3]), filter: draw([3, 3, 3, 3, 8]) }, WALK)],
    [
      "a gradient of another size than the result",
      () => runKernel("Conv3DBackpropInputV2", { dy: draw([1, 2, 2, 2, 8]), filter: draw([3, 3, 3, 4, 8]) }, { ...WALK, inputShape: [1, 8, 8, 8, 4] }),
    ],
    [
      "a bias of too few channels",
      () => runKernel(KERNELS.convBias, { x: draw([1, 4, 4, 4, 3]), filter: draw([3, 3, 3, 3, 8]), bias: draw([2]) }, { ...WALK, activation: "relu" }),
    ],
    [
      "scales of too few channels",
      () => runKernel(KERNELS.batchNorm, { x: draw([1, 4, 4, 4, 16]), scale: draw([3]), offset: draw([16]) }, { epsilon: 1e-3 }),
    ],
    ["text", () => runKernel("Conv3D", { x: tf.fill([1, 4, 4, 4, 3], "a"), filter: draw([3, 3, 3, 3, 8]) }, WALK)],
  ])("refuses %s with an error, and keeps no memory", (_what, compute) => {
    const before = tf.memory().numTensors;
    expect(() => tf.tidy(() => void compute())).toThrow(Error);
    // From the second time on all that is kept between calls, such as working memory, is there.
    const { now } = engine().runtime.pool.used;
    expect(() => tf.tidy(() => void compute())).toThrow(Error);
    expect(engine().runtime.pool.used.now).toBe(now);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("keeps one copy of a filter, however many sizes of images it meets", () => {
    const filter = draw([3, 3, 3, 16, 16]) as tf.Tensor5D;
    const meet = (size: number): void => tf.tidy(() => void tf.conv3d(draw([1, size, size, size, 16]) as tf.Tensor5D, filter, 1, "same"));
    meet(12);
    const { now } = engine().runtime.pool.used;
    for (let size = 6; size < 12; size++) meet(size);
    // Working memory may have grown; six more copies would take six times the filter's bytes.
    expect(engine().runtime.pool.used.now - now).toBeLessThan(2 * filter.size * 4);
    filter.dispose();
  });

  it("computes the same after a change of threads, with filters that were used before it", async () => {
    const [x, filter] = [draw([1, 6, 6, 6, 16]), draw([3, 3, 3, 16, 24], 2)] as [tf.Tensor5D, tf.Tensor5D];
    const sums = (): Float32Array => tf.tidy(() => tf.conv3d(x, filter, 1, "same").dataSync<"float32">());
    const expected = sums();
    for (const threads of [1, 3, 2]) {
      await activate({ threads, precision: "float32" });
      sums().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    }
    tf.dispose([x, filter]);
  });

  it("starts anew after it was removed from tfjs", async () => {
    const removed = engine();
    const block = removed.runtime.pool.allocate(4096);
    const before = tf.memory().numTensors;
    const left = tf.tidy(() => tf.relu(draw([1, 8, 8, 8, 16])));
    await tf.setBackend("cpu");
    tf.removeBackend("onednn");
    expect(() => block.address).toThrow(expect.objectContaining({ code: "SSL3D_ONEDNN_RELEASED" }) as Error);
    expect(() => removed.runtime.primitive("copy/none", () => ({ describe: () => undefined }))).toThrow("disposed");
    // A worker thread disposes of it once more when it ends, and of its tensors whoever has them.
    removed.dispose();
    left.dispose();
    expect(tf.memory().numTensors).toBe(before);
    await activate({ threads: 2, precision: "float32" });
    expect(engine()).not.toBe(removed);
    expect(tf.tidy(() => tf.sum(tf.ones([8192])).dataSync()[0])).toBe(8192);
  });

  it("takes images of no examples, and filters larger than the image", () => {
    const x = tf.zeros<tf.Rank.R5>([0, 4, 4, 4, 3]);
    const filter = draw([3, 3, 3, 3, 8]) as tf.Tensor5D;
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      expect(tf.conv3d(x, filter, 1, "same").shape).toEqual([0, 4, 4, 4, 8]);
      expect(tf.maxPool3d(x, 2, 2, "same").shape).toEqual([0, 2, 2, 2, 3]);
      expect(tf.concat([x, x], 4).dataSync()).toHaveLength(0);
      expect(tf.relu(x).dataSync()).toHaveLength(0);
      expect(tf.conv3d(tf.ones<tf.Rank.R5>([1, 2, 9, 3, 3]), filter, 1, "valid").shape).toEqual([1, 0, 7, 1, 8]);
      expect(tf.sum(x).dataSync()[0]).toBe(0);
    });
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, filter]);
  });

  it("takes no tensor that was disposed of, and lets one be disposed of twice", () => {
    const [x, filter] = [draw([1, 4, 4, 4, 3]), draw([3, 3, 3, 3, 8])] as [tf.Tensor5D, tf.Tensor5D];
    const y = tf.conv3d(x, filter, 1, "same");
    const before = engine().runtime.pool.used.now;
    y.dispose();
    y.dispose();
    expect(engine().runtime.pool.used.now).toBeLessThan(before);
    expect(() => y.dataSync()).toThrow("disposed");
    expect(() => tf.relu(y)).toThrow();
    expect(() => engine().dataOf(y)).toThrow();
    tf.dispose([x, filter]);
  });

  it("takes tensors of another backend, and gives its own to it", async () => {
    const shape = [1, 6, 6, 6, 4];
    const filter = draw([3, 3, 3, 4, 4]) as tf.Tensor5D;
    await tf.setBackend("cpu");
    const x = tf.mul<tf.Tensor5D>(draw(shape), 2);
    const expected = tf.tidy(() => tf.sum(tf.conv3d(x, filter, 1, "same"), [1, 2, 3]).dataSync());
    await activate({ threads: 2, precision: "float32" });
    const y = tf.conv3d(x, filter, 1, "same");
    const native = y.dataSync();
    await tf.setBackend("cpu");
    const sums = tf.tidy(() => tf.sum(y, [1, 2, 3]).dataSync());
    sums.forEach((sum, i) => expect(sum).toBeCloseTo(expected[i] as number, 3));
    expect(y.dataSync()).toEqual(native);
    expect(Array.from(x.dataSync())).toEqual(Array.from(variedValues(shape).data, (value) => 2 * value));
    tf.dispose([x, y, filter]);
  });

  it("tells how much memory tensors take", () => {
    const before = tf.memory();
    const x = tf.relu(draw([1, 8, 8, 8, 4]));
    const after = tf.memory();
    expect(after.unreliable).not.toBe(true);
    expect(after.numBytes - before.numBytes).toBeGreaterThanOrEqual(8 * 8 * 8 * 4 * 4);
    x.dispose();
  });

  it("holds as much memory after 100 steps as after 5", () => {
    const x = draw([2, 8, 8, 8, 4]) as tf.Tensor5D;
    const filter = tf.variable(draw([3, 3, 3, 4, 4]) as tf.Tensor5D);
    const loss = (): tf.Scalar => tf.mean(tf.square(tf.relu(tf.conv3d(x, filter as tf.Tensor as tf.Tensor5D, 1, "same"))));
    const step = (): void => {
      const { value, grads } = tf.variableGrads(loss, [filter]);
      tf.tidy(() => filter.assign(tf.sub(filter, tf.mul(grads[filter.name]!, 0.01))));
      tf.dispose([value, grads]);
    };
    for (let i = 0; i < 5; i++) step();
    const { now, peak } = engine().runtime.pool.used;
    for (let i = 0; i < 95; i++) step();
    expect(engine().runtime.pool.used).toEqual({ now, peak });
    tf.dispose([x, filter]);
  });
});
