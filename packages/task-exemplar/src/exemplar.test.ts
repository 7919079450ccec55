import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createRandom, disposeBatch, registerGradients, stackExamples, toBatch, train, trainingOptions, tripletLoss, type Batch, type Encoder, type Rank, type Volume } from "@ssl3d/core";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { createPhantom } from "@ssl3d/testing";
import { derange, derangeByDraws, DRAWS } from "./derangement.js";
import { exemplar } from "./exemplar.js";
import { exemplarOptions, type ExemplarInput } from "./options.js";
import { createTripletNetwork, type ExemplarExample } from "./triplet-network.js";

const side = 8;
const inference = { training: false } as const;

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

function buildEncoder(rank: Rank): Encoder {
  const settings = unetEncoderOptions.parse({ filters: 3, levels: 1, dropout: 0 });
  return unetEncoder.build({ rank, channels: 1, options: settings, random: createRandom("encoder") });
}

/** A bright ball in the middle whose size and brightness are the case's own: what flips, turns and a little zoom leave. */
function ball(rank: Rank, seed: number): Volume<Float32Array> {
  const random = createRandom(seed);
  const radius = side * random.uniform(0.1, 0.5);
  const size = new Array<number>(rank).fill(side);
  const voxels = Float32Array.from({ length: side ** rank }, (_, index) => {
    const distance = Math.hypot(...size.map((_, axis) => (Math.floor(index / side ** axis) % side) - (side - 1) / 2));
    return (distance < radius ? 1 : 0) + random.normal(0, 0.02);
  });
  return { id: `ball ${seed}`, voxels, size, channels: 1, spacing: size.map(() => 1), affine: Array<number>(16).fill(0) };
}

function batchOf(input: ExemplarInput, count: number): Batch<ExemplarExample> {
  const options = exemplarOptions.parse(input);
  const others = options.negatives === "dataset" ? [ball(2, 99)] : [];
  const examples = Array.from({ length: count }, (_, i) => exemplar.example(ball(2, i), options, createRandom(i), others));
  return toBatch(stackExamples(examples, examples.map((_, i) => `${i}`)));
}

describe.each(["shared", "separate"] as const)("raw triplets with projection %s", (projection) => {
  it("have the codes that the loss compares", () => {
    const input: ExemplarInput = { codeSize: 6, projection, negatives: "dataset", margin: 0.4 };
    const encoder = buildEncoder(2);
    const task = exemplar.build({ encoder, options: exemplarOptions.parse(input), inputSize: [side, side], random: createRandom("task") });
    const batch = batchOf(input, 3);
    tf.tidy(() => {
      const { anchor, positive, negative } = batch.tensors as Record<"anchor" | "positive" | "negative", tf.Tensor>;
      const codes = task.infer!([tf.stack([anchor, positive, negative], 1)]);
      expect(codes.shape).toEqual([3, 3, 6]);
      const [a, p, n] = tf.unstack(codes, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const distance = (b: tf.Tensor): tf.Tensor => tf.mean(tf.square(tf.sub(a, b)), -1);
      const loss = tf.mean(tf.relu(tf.add(tf.sub(distance(p), distance(n)), 0.4)));
      expect(task.step(batch, inference).loss.dataSync()[0]).toBeCloseTo(loss.dataSync()[0]!, 6);
    });
    disposeBatch(batch);
    task.dispose();
    encoder.dispose();
  });
});

describe.each([2, 3] as const)("exemplar networks in %dD", (rank) => {
  it("learn to tell copies from other images", async () => {
    const options = exemplarOptions.parse({ codeSize: 16 });
    const encoder = buildEncoder(rank);
    const random = createRandom("learning");
    const task = exemplar.build({ encoder, options, inputSize: new Array<number>(rank).fill(side), random });
    const batches = {
      batch: (index: number) => {
        const volumes = Array.from({ length: 6 }, (_, i) => ball(rank, index * 6 + i));
        const examples = volumes.map((volume) => exemplar.example(volume, options, createRandom(volume.id), []));
        return Promise.resolve(stackExamples(examples, volumes.map(({ id }) => id)));
      },
    };
    const log: { loss: number; accuracy: number }[] = [];
    await train({
      encoder,
      trainable: task,
      batches,
      options: trainingOptions.parse({ steps: 60, learningRate: 0.005 }),
      random,
      onEvent: (event) => {
        if (event.type === "step") log.push({ loss: event.loss, accuracy: event.metrics["accuracy"]! });
      },
    });
    const last = log.slice(-10);
    expect(log[0]!.loss).toBeGreaterThan(0.9);
    expect(last.reduce((sum, { loss }) => sum + loss / 10, 0)).toBeLessThan(0.8);
    expect(last.reduce((sum, { accuracy }) => sum + accuracy / 10, 0)).toBeGreaterThan(0.75);
    task.dispose();
    encoder.dispose();
  });
});

describe("exemplar", () => {
  it("pairs a changed copy with the image and carries another case or a draw", () => {
    const { image } = createPhantom({ side });
    const other = createPhantom({ side, seed: "other" }).image;
    const dataset = exemplarOptions.parse({ negatives: "dataset" });
    expect([exemplar.companions!(exemplarOptions.parse({})), exemplar.companions!(dataset)]).toEqual([0, 1]);
    const withOther = exemplar.example(image, dataset, createRandom(1), [other]);
    expect(withOther.positive.data).toEqual(image.voxels);
    expect(withOther.anchor.data).not.toEqual(image.voxels);
    expect(withOther.negative!.data).toEqual(other.voxels);
    const draws = Array.from({ length: 50 }, (_, i) => exemplar.example(image, exemplarOptions.parse({}), createRandom(i), []).draw!.data[0]!);
    expect(new Set(draws).size).toBe(50);
  });

  it("brings in background where it turns and shrinks volumes, or zeros where it is told to", () => {
    const voxels = Float32Array.from({ length: 8 ** 3 * 2 }, (_, i) => (i % 2 === 0 ? -2 : 3));
    const { image } = createPhantom({ side: 8 });
    const even = { ...image, voxels, channels: 2 };
    const turned = { quarterTurnShare: 0, rotationProbability: 1, intensityProbability: 0, zoomProbability: 1 };
    const anchor = (outside: "background" | "zero"): Float32Array =>
      exemplar.example(even, exemplarOptions.parse({ outside, augmentation3d: turned }), createRandom(3), []).anchor.data as Float32Array;
    anchor("background").forEach((value, i) => expect(value).toBeCloseTo(voxels[i]!, 5));
    expect(anchor("zero")).toContain(0);
  });

  it.each(["shared", "separate"] as const)("takes the negatives of a batch from its positives, with %s projection", (projection) => {
    const encoder = buildEncoder(2);
    const options = exemplarOptions.parse({ projection, codeSize: 5 });
    const network = createTripletNetwork({ encoder, options, inputSize: [side, side], random: createRandom(2) });
    const batch = batchOf({ projection, codeSize: 5 }, 4);
    const forward = vi.spyOn(encoder, "forward");
    const { anchor, positive, negative } = network.codesOf(batch.tensors, inference);
    expect(forward.mock.calls.map(([images]) => images.shape[0])).toEqual([8]);
    const order = derangeByDraws(batch.tensors.draw!.dataSync());
    const others = tf.gather(batch.tensors.positive, order);
    const given = network.codesOf({ anchor: batch.tensors.anchor, positive: batch.tensors.positive, negative: others }, inference);
    for (const [code, expected] of [[anchor, given.anchor], [positive, given.positive], [negative, given.negative]] as const) {
      const values = expected.dataSync();
      code.dataSync().forEach((value, at) => expect(value).toBeCloseTo(values[at]!, 6));
    }
    const names = projection === "shared" ? ["code"] : ["anchor", "positive", "negative"];
    expect(network.weights.map(({ name }) => name)).toEqual(names.flatMap((name) => [`${name}/kernel`, `${name}/bias`]));
    disposeBatch(batch);
    network.dispose();
    encoder.dispose();
  });

  it("gives the triplet loss and the share of triplets in order", () => {
    const encoder = buildEncoder(2);
    const options = exemplarOptions.parse({ negatives: "dataset", codeSize: 5, margin: 0.1 });
    const network = createTripletNetwork({ encoder, options, inputSize: [side, side], random: createRandom(2) });
    const batch = batchOf({ negatives: "dataset" }, 5);
    const { anchor, positive, negative } = network.codesOf(batch.tensors, inference);
    const [a, p, n] = [anchor, positive, negative].map((codes) => codes.arraySync() as number[][]);
    const distance = (x: number[], y: number[]): number => x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0) / x.length;
    const right = a!.filter((code, row) => distance(code, p![row]!) < distance(code, n![row]!)).length;
    const { loss, metrics } = network.step(batch, inference);
    expect(loss.dataSync()[0]).toBeCloseTo(tripletLoss(anchor, positive, negative, 0.1).dataSync()[0]!, 6);
    expect(metrics["accuracy"]!.dataSync()[0]).toBeCloseTo(right / 5, 6);
    disposeBatch(batch);
    network.dispose();
    encoder.dispose();
  });

  it("refuses a batch of one where negatives come from the batch, and takes it where they do not", () => {
    const encoder = buildEncoder(2);
    for (const negatives of ["batch", "dataset"] as const) {
      const options = exemplarOptions.parse({ negatives, codeSize: 4 });
      const task = exemplar.build({ encoder, options, inputSize: [side, side], random: createRandom(3) });
      const batch = batchOf({ negatives }, 1);
      const step = () => task.step(batch, inference).loss.dataSync()[0];
      if (negatives === "dataset") expect(step()).toBeGreaterThan(0);
      else expect(step).toThrow(expect.objectContaining({ code: "SSL3D_EXEMPLAR_BATCH_OF_ONE" }) as Error);
      disposeBatch(batch);
      task.dispose();
    }
    encoder.dispose();
  });

  it("shows the images in words", () => {
    const { image } = createPhantom({ side });
    const options = exemplarOptions.parse({});
    const titles = (others: readonly Volume<Float32Array>[]): string[] =>
      exemplar.preview!(exemplar.example(image, options, createRandom(1), others), options).map(({ title }) => title);
    expect(titles([])).toEqual(["Anchor: a changed copy of the scan", "Positive: the scan itself"]);
    expect(titles([image])).toEqual([...titles([]), "Negative: another patient's scan"]);
  });

  it("keeps its options through JSON", () => {
    const resolved = exemplarOptions.parse({ augmentation2d: { range: [0, 1] }, augmentation3d: { zoom: 0.1 } });
    expect(resolved).toMatchObject({ projection: "shared", codeSize: 1024, margin: 1, augmentation3d: { flipProbability: 0.5, zoom: 0.1 } });
    expect(exemplarOptions.parse(JSON.parse(JSON.stringify(resolved)))).toEqual(resolved);
    expect(exemplarOptions.safeParse({ augmentation3d: { zooms: 1 } }).success).toBe(false);
  });
});

describe("derange", () => {
  it("gives the original's permutations for its draws", () => {
    const play = (draws: number[]): number[] => derange(draws.length + 1, () => draws.shift()!);
    expect(play([1, 2, 0, 0])).toEqual([4, 3, 0, 2, 1]);
    expect(play([1, 4, 4, 1, 1, 1, 0])).toEqual([2, 0, 3, 5, 7, 6, 4, 1]);
    expect(play([])).toEqual([0]);
  });

  it("never gives an image to itself, whatever the draws", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: DRAWS - 1 }), { minLength: 2, maxLength: 12 }), (draws) => {
        const order = derangeByDraws(draws);
        expect([...order].sort((a, b) => a - b)).toEqual(draws.map((_, i) => i));
        order.forEach((other, i) => expect(other).not.toBe(i));
      }),
    );
  });
});
