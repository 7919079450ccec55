import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom, registerGradients, type Encoder, type LabelledCase, type Rank } from "@ssl3d/core";
import { createVolume } from "@ssl3d/data";
import { unetEncoder, unetEncoderOptions, upsampleLinear } from "@ssl3d/nn";
import { addLevels, addLevelsGradients } from "./add-levels.js";
import { linearReadout, type LinearReadoutRequest } from "./linear-readout.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

function buildEncoder(rank: Rank): Encoder {
  const settings = unetEncoderOptions.parse({ filters: 8, levels: 1, dropout: 0 });
  return unetEncoder.build({ rank, channels: 1, options: settings, random: createRandom("encoder") });
}

/** A noisy image whose voxels are bright within a ball, labelled 1, around a random centre. */
function ballCase(rank: Rank, side: number, seed: number): LabelledCase {
  const random = createRandom(seed);
  const size = new Array<number>(rank).fill(side);
  const centre = size.map(() => random.uniform(0.3 * side, 0.6 * side));
  const truth = Uint8Array.from({ length: side ** rank }, (_, index) => {
    const offsets = centre.map((c, axis) => (Math.floor(index / side ** (rank - 1 - axis)) % side) - c);
    return Math.hypot(...offsets) < 0.3 * side ? 1 : 0;
  });
  const voxels = Float32Array.from(truth, (value) => 4 * value + random.normal(0, 0.5));
  const id = `ball ${seed}`;
  return { image: createVolume({ id, voxels, size }), truth: createVolume({ id, voxels: truth, size }) };
}

const request = (encoder: Encoder, cases: readonly LabelledCase[]): LinearReadoutRequest => ({
  encoder,
  cases,
  labelValues: [0, 1],
  steps: 30,
  random: createRandom("readout"),
});

describe("addLevels", () => {
  it("equals a linear layer on the enlarged and joined features", () => {
    const levels = [
      { channels: 2, stride: 2 },
      { channels: 3, stride: 4 },
      { channels: 4, stride: 8 },
    ];
    tf.tidy(() => {
      const pyramid = levels.map(({ channels, stride }) => tf.randomNormal([2, 16 / stride, 8 / stride, channels]));
      const kernels = levels.map(({ channels }) => tf.randomNormal([channels, 3]));
      const bias = tf.randomNormal([3]);
      const joined = tf.concat(
        pyramid.map((features, level) => {
          let enlarged: tf.Tensor = features;
          for (let step = 0; step <= level; step++) enlarged = upsampleLinear(enlarged, 2);
          return enlarged;
        }),
        -1,
      );
      const rows = tf.matMul(tf.reshape(joined, [-1, 9]), tf.concat(kernels, 0));
      const expected = tf.add(tf.reshape(rows, [2, 16, 8, 3]), bias).dataSync();
      const logits = addLevels(levels, pyramid, kernels, bias);
      expect(logits.shape).toEqual([2, 16, 8, 3]);
      logits.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    });
  });
});

describe("addLevelsGradients", () => {
  it("agrees with tfjs' own derivatives of addLevels", () => {
    const levels = [
      { channels: 2, stride: 2 },
      { channels: 3, stride: 4 },
    ];
    tf.tidy(() => {
      const pyramid = levels.map(({ channels, stride }) => tf.randomNormal([1, 8 / stride, 16 / stride, channels]));
      const weights = [...levels.map(({ channels }) => tf.randomNormal([channels, 3])), tf.randomNormal([3])];
      const dy = tf.randomNormal([1, 8, 16, 3]);
      const own = tf.grads((...w: tf.Tensor[]) => addLevels(levels, pyramid, w.slice(0, 2), w[2]!))(weights, dy);
      addLevelsGradients(levels, pyramid, dy).forEach((gradient, weight) => {
        const expected = own[weight]!.dataSync();
        gradient.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
      });
    });
  });
});

describe("linearReadout", () => {
  it.each([
    [2, 16, 0.6],
    [3, 8, 0.5],
  ] as const)("reads bright balls off a random encoder in %dD and leaves it as it was", async (rank, side, dice) => {
    const before = tf.memory().numTensors;
    const encoder = buildEncoder(rank);
    const weights = (): number[][] => encoder.weights.map(({ variable }) => [...variable.dataSync()]);
    const untouched = weights();
    const losses: number[] = [];
    const onStep = (_step: number, loss: number): number => losses.push(loss);
    const cases = [0, 1, 2, 3, 4, 5].map((seed) => ballCase(rank, side, seed));
    const readout = await linearReadout({ ...request(encoder, cases), onStep });
    expect(losses).toHaveLength(30);
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.6);
    const unseen = ballCase(rank, side, 100);
    // Calling every voxel a ball scores 0.44 in 2D and 0.2 in 3D.
    expect((await readout.score(unseen))["1"]).toBeGreaterThan(dice);
    // A size that the encoder does not divide is padded.
    expect((await readout.score(ballCase(rank, side + 1, 100)))["1"]).not.toBeNull();
    readout.dispose();
    expect(weights()).toEqual(untouched);
    encoder.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("gives the same numbers for the same stream", async () => {
    const encoder = buildEncoder(2);
    const cases = [0, 1, 2, 3].map((seed) => ballCase(2, 16, seed));
    const run = async (seed: string): Promise<number | null> => {
      const options = { ...request(encoder, cases), patchSize: [8, 8], steps: 5, random: createRandom(seed) };
      const readout = await linearReadout(options);
      const scores = await readout.score(ballCase(2, 16, 50));
      readout.dispose();
      return scores["1"]!;
    };
    expect(await run("a")).toBe(await run("a"));
    expect(await run("a")).not.toBe(await run("b"));
    encoder.dispose();
  });
});
