import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import { createRandom, registerGradients, type Encoder, type Rank, type Weight } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { maxDifference, randomTensor } from "../testing/check-gradients.js";
import { flattenedLength } from "./flattened-length.js";
import { residualEncoder, residualEncoderOptions } from "./residual-encoder.js";
import { createUnetDecoder } from "./unet-decoder.js";
import { unetEncoder, unetEncoderOptions } from "./unet-encoder.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

interface StoredArray {
  readonly shape: number[];
  readonly data: string;
}
interface Fixture {
  readonly channels: number;
  readonly options: unknown;
  readonly weights: (StoredArray & { name: string })[];
  readonly input: StoredArray;
  readonly output: StoredArray;
  readonly skip: StoredArray & { level: number };
}

function decode({ data }: StoredArray): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(data, "base64")).buffer);
}

function buildUnet(rank: Rank, options: unknown, channels = 1, seed = 1): Encoder {
  return unetEncoder.build({ rank, channels, options: unetEncoderOptions.parse(options), random: createRandom(seed) });
}

function buildResidual(rank: Rank, variant: object = {}): Encoder {
  const options = residualEncoderOptions.parse({ filters: [3, 4, 6], blocks: [1, 2, 1], ...variant });
  return residualEncoder.build({ rank, channels: 1, options, random: createRandom(1) });
}

function valuesOf(weights: readonly Weight[]): number[] {
  return weights.flatMap(({ variable }) => [...variable.dataSync()]);
}

describe.each(["enc3d-nobn-nodrop", "enc3d-none"])("the original's encoder %s", (name) => {
  it("takes Keras' weights in order and gives its activations", () => {
    const fixture = JSON.parse(readFileSync(new URL(`../testdata/${name}.json`, import.meta.url), "utf8")) as Fixture;
    const encoder = buildUnet(3, fixture.options, fixture.channels);
    expect(encoder.weights.map(({ variable }) => variable.shape)).toEqual(fixture.weights.map(({ shape }) => shape));
    tf.tidy(() => {
      encoder.weights.forEach(({ variable }, i) => variable.assign(tf.tensor(decode(fixture.weights[i]!), variable.shape)));
      const { output, pyramid } = encoder.forward(tf.tensor(decode(fixture.input), fixture.input.shape), { training: false });
      expect(output.shape).toEqual(fixture.output.shape);
      expect(maxDifference(output.dataSync(), decode(fixture.output))).toBeLessThan(1e-4);
      expect(maxDifference(pyramid[fixture.skip.level]!.dataSync(), decode(fixture.skip))).toBeLessThan(1e-4);
    });
    encoder.dispose();
  });
});

describe.each([2, 3] as const)("encoders of rank %i", (rank) => {
  const size = [16, 8, 8].slice(0, rank);
  const encoders = {
    "unet with final pooling": () => buildUnet(rank, { filters: 2, levels: 2 }),
    "unet with final average pooling": () => buildUnet(rank, { filters: 2, levels: 2, pooling: "average" }),
    "unet without final pooling": () => buildUnet(rank, { filters: 2, levels: 1, pooling: "none", batchNorm: false, dropout: 0 }),
    residual: () => buildResidual(rank),
    "residual as nnU-Net's": () => buildResidual(rank, { filters: [4, 4, 6], shortcut: "pooled", padding: "symmetric" }),
  };

  describe.each(Object.keys(encoders) as (keyof typeof encoders)[])("%s", (kind) => {
    it("gives features and a decoder's logits of the shapes that the contract promises, and leaks nothing", () => {
      const start = tf.memory().numTensors;
      const encoder = encoders[kind]();
      const decoder = createUnetDecoder({ encoder, outputs: 5, random: createRandom(2) });
      const images = randomTensor("images", [2, ...size, 1]);
      for (const mode of [{ training: false }, { training: true, random: createRandom(3) }] as const) {
        const before = tf.memory().numTensors;
        const features = encoder.forward(images, mode);
        const shapeOf = ({ channels, stride }: { channels: number; stride: number }): number[] => [2, ...size.map((n) => n / stride), channels];
        expect(features.pyramid.map(({ shape }) => shape)).toEqual(encoder.levels.map(shapeOf));
        expect(features.output.shape).toEqual(shapeOf(encoder.output));
        expect(encoder.outputSize!(size)).toEqual(features.output.shape.slice(1, -1));
        expect(features.pooled.shape).toEqual([2, encoder.levels.at(-1)!.channels]);
        const logits = decoder.forward(features, mode);
        expect(logits.shape).toEqual([2, ...size, 5]);
        expect(logits.dataSync().every(Number.isFinite)).toBe(true);
        const handles = new Set([...features.pyramid, features.output, features.pooled, logits]);
        expect(tf.memory().numTensors - before).toBe(handles.size);
        tf.dispose([...handles]);
      }
      images.dispose();
      decoder.dispose();
      encoder.dispose();
      expect(tf.memory().numTensors).toBe(start);
    });

    it("tells its output's size for odd sizes, too, and with it how long the flattened output is", () => {
      const encoder = encoders[kind]();
      for (const added of [[0, 1, 2], [3, 4, 7], [5, 6, 1]]) {
        // nnU-Net's pooled shortcuts need even sizes at every level
        const odd = size.map((length, axis) => length + added[axis]! * (kind.includes("nnU-Net") ? 4 : 1));
        const output = tf.tidy(() => encoder.forward(tf.zeros([1, ...odd, 1]), { training: false }).output);
        expect(encoder.outputSize!(odd)).toEqual(output.shape.slice(1, -1));
        expect(flattenedLength(encoder, odd)).toBe(output.size);
        // what an encoder does not tell, a forward pass does
        expect(flattenedLength({ ...encoder, outputSize: undefined } as unknown as Encoder, odd)).toBe(output.size);
      }
      expect(() => flattenedLength(encoder, size.map(() => 1))).toThrow(/at least \d voxels/);
      encoder.dispose();
    });

    it("gives every trained weight a gradient and leaks nothing", () => {
      const encoder = encoders[kind]();
      const decoder = createUnetDecoder({ encoder, outputs: 3, random: createRandom(2) });
      const images = randomTensor("images", [2, ...size, 1]);
      const trained = [...encoder.weights, ...decoder.weights].filter(({ trainable }) => trainable);
      const before = tf.memory().numTensors;
      const { value, grads } = tf.variableGrads(
        () => {
          const mode = { training: true, random: createRandom(4) } as const;
          return tf.mean(tf.square(decoder.forward(encoder.forward(images, mode), mode)));
        },
        trained.map(({ variable }) => variable),
      );
      expect(Object.keys(grads).length).toBe(trained.length);
      const kernels = trained.filter(({ name }) => name.endsWith("kernel"));
      for (const { variable } of kernels) expect(grads[variable.name]!.dataSync().some((g) => g !== 0)).toBe(true);
      tf.dispose([value, grads]);
      expect(tf.memory().numTensors).toBe(before);
      images.dispose();
      decoder.dispose();
      encoder.dispose();
    });
  });

  it("starts from the same weights for the same seed, with unique names", () => {
    const [a, b, c] = [buildUnet(rank, { filters: 2, levels: 1 }), buildUnet(rank, { filters: 2, levels: 1 }), buildUnet(rank, { filters: 2, levels: 1 }, 1, 9)];
    expect(valuesOf(a.weights)).toEqual(valuesOf(b.weights));
    expect(valuesOf(a.weights)).not.toEqual(valuesOf(c.weights));
    expect(new Set(a.weights.map(({ name }) => name)).size).toBe(a.weights.length);
    for (const encoder of [a, b, c]) encoder.dispose();
  });

  it("keeps moving statistics while frozen and re-estimates them on request", () => {
    const encoder = buildUnet(rank, { filters: 2, levels: 1, dropout: 0 });
    const images = randomTensor("images", [2, ...size, 1]);
    const run = (mode: Parameters<Encoder["forward"]>[1]): number[] => {
      const { pyramid, output, pooled } = encoder.forward(images, mode);
      const values = [...pyramid[1]!.dataSync()];
      tf.dispose([...pyramid, output, pooled]);
      return values;
    };
    const initial = valuesOf(encoder.weights);
    encoder.frozen = true;
    const inferred = run({ training: false });
    expect(run({ training: true, random: createRandom(5) })).toEqual(inferred);
    run({ training: false, statisticsMomentum: 0 });
    expect(valuesOf(encoder.weights)).toEqual(initial);
    encoder.frozen = false;
    const trained = run({ training: true, random: createRandom(5) });
    expect(trained).not.toEqual(inferred);
    expect(run({ training: false, statisticsMomentum: 0 })).toEqual(trained);
    // The moving statistics are this batch's now; images differ from volumes by n / (n - 1) in the variance.
    expect(maxDifference(run({ training: false }), trained)).toBeLessThan(rank === 3 ? 1e-4 : 0.1);
    images.dispose();
    encoder.dispose();
  });

  it("names the sizes that a decoder can work with", () => {
    const encoder = buildUnet(rank, { filters: 2, levels: 2, dropout: 0 });
    const decoder = createUnetDecoder({ encoder, outputs: 2, random: createRandom(1) });
    tf.tidy(() => {
      const images = tf.zeros([1, ...new Array<number>(rank).fill(12), 1]);
      expect(() => decoder.forward(encoder.forward(images, { training: false }), { training: false })).toThrow(/multiples of 8/);
      expect(() => encoder.forward(tf.zeros([1, 8, 8, 8, 8, 3]), { training: false })).toThrow(/The encoder expected/);
    });
    decoder.dispose();
    encoder.dispose();
  });
});

describe("residual encoders with pooled shortcuts", () => {
  it("name the sizes that they can halve", () => {
    const encoder = buildResidual(3, { shortcut: "pooled" });
    tf.tidy(() => {
      expect(() => encoder.forward(tf.zeros([1, 8, 8, 6, 1]), { training: false })).toThrow(/multiples of 4 voxels.*\[8, 8, 6\]/);
      expect(encoder.forward(tf.zeros([1, 8, 8, 4, 1]), { training: false }).output.shape).toEqual([1, 2, 2, 1, 6]);
    });
    encoder.dispose();
  });
});

describe("residualEncoderOptions", () => {
  it("wants as many block counts as channel counts", () => {
    expect(residualEncoderOptions.safeParse({ filters: [4, 8], blocks: [1] }).success).toBe(false);
    expect(residualEncoderOptions.parse({}).filters.length).toBe(residualEncoderOptions.parse({}).blocks.length);
  });
});
