import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createRandom,
  disposeBatch,
  registerGradients,
  stackExamples,
  toBatch,
  type Batch,
  type Encoder,
  type Rank,
  type Volume,
} from "@ssl3d/core";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { cpc, type CpcExample } from "./cpc.js";
import { cpcOptions, type CpcInput } from "./options.js";
import { drawOtherColumns } from "./other-columns.js";
import { OUTSIDE, predictionGrid } from "./prediction-grid.js";

const SIDES = { 2: 20, 3: 16 } as const;
const PATCHES = { 2: 25, 3: 64 } as const;
const small: CpcInput = { codeSize: 16, contextSize: 12 };

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

function buildEncoder(rank: Rank): Encoder {
  const options = unetEncoderOptions.parse({ filters: 3, levels: 1, dropout: 0 });
  return unetEncoder.build({ rank, channels: 1, options, random: createRandom("encoder") });
}

/** A noisy image that brightens in a direction of its own, so that one part tells of another. */
function tiltedVolume(rank: Rank, seed: string): Volume<Float32Array> {
  const random = createRandom(seed);
  const side = SIDES[rank];
  const size = new Array<number>(rank).fill(side);
  const slopes = size.map((_, axis) => axis + 1 + random.uniform(-1, 1));
  const voxels = Float32Array.from({ length: side ** rank }, (_, index) =>
    slopes.reduce((sum, slope, axis) => sum + slope * ((Math.floor(index / side ** axis) % side) / side - 0.5), random.normal(0, 0.05)),
  );
  return { id: seed, voxels, size, channels: 1, spacing: size.map(() => 1), affine: [] };
}

function drawBatch(rank: Rank, input: CpcInput): Batch<CpcExample> {
  const ids = ["case 0", "case 1"];
  const examples = ids.map((id) => cpc.example(tiltedVolume(rank, id), cpcOptions.parse(input), createRandom(`draw ${id}`), []));
  return toBatch(stackExamples(examples, ids));
}

function build(rank: Rank, encoder: Encoder, input: CpcInput) {
  const inputSize = new Array<number>(rank).fill(SIDES[rank]);
  return cpc.build({ encoder, options: cpcOptions.parse(input), inputSize, random: createRandom("task") });
}

describe.each([2, 3] as const)("cpc in %dD", (rank) => {
  it.each(["infonce", "pairs"] as const)('answers pairs of patches as the loss "pairs" scores them, built with loss "%s"', (loss) => {
    const encoder = buildEncoder(rank);
    const scored = build(rank, encoder, { ...small, loss: "pairs" });
    const task = build(rank, encoder, { ...small, loss });
    const batch = drawBatch(rank, small);
    const before = tf.memory().numTensors;
    const { contexts, targets } = predictionGrid(rank, rank === 2 ? 5 : 4);
    const random = createRandom(Array.from(batch.tensors.seed.dataSync()).join());
    const others = drawOtherColumns(rank, rank === 2 ? 5 : 4, 2, random);
    const result = scored.step(batch, { training: false });
    tf.tidy(() => {
      const flat = tf.reshape(batch.tensors.patches, [2 * PATCHES[rank], ...batch.tensors.patches.shape.slice(2)]);
      const withZeros = tf.concat([flat, tf.zeros([1, ...flat.shape.slice(1)])]);
      const places = (column: number, columns: readonly (readonly number[])[]): number[] =>
        columns[column % columns.length]!.map((patch) => (patch === OUTSIDE ? 2 * PATCHES[rank] : Math.floor(column / columns.length) * PATCHES[rank] + patch));
      const take = (columns: readonly number[], of: readonly (readonly number[])[]): tf.Tensor =>
        tf.stack(columns.map((column) => tf.gather(withZeros, places(column, of))));
      const own = Array.from({ length: others.length }, (_, column) => column);
      const [right, wrong] = [own, [...others]].map((columns) => task.infer!([take(own, contexts), take(columns, targets)])) as [tf.Tensor, tf.Tensor];
      expect(right.shape).toEqual([others.length, 1]);
      const entropy = tf.neg(tf.mean(tf.concat([tf.log(right), tf.log(tf.sub(1, wrong))])));
      expect(result.loss.dataSync()[0]).toBeCloseTo(entropy.dataSync()[0]!, 5);
    });
    tf.dispose([result.loss, result.metrics]);
    expect(tf.memory().numTensors).toBe(before);
    disposeBatch(batch);
    for (const part of [task, scored, encoder]) part.dispose();
  });

  it.each(["infonce", "pairs"] as const)('reaches every weight with loss "%s", and gives one loss for one batch', (loss) => {
    const input = { ...small, loss };
    const encoder = buildEncoder(rank);
    const task = build(rank, encoder, input);
    const batch = drawBatch(rank, input);
    const lossOf = () => tf.tidy(() => task.step(batch, { training: false }).loss.dataSync()[0]);
    expect(lossOf()).toBe(lossOf());
    const before = tf.memory().numTensors;
    const trained = [...encoder.weights, ...task.weights].filter((weight) => weight.trainable);
    const mode = { training: true, random: createRandom(1) } as const;
    const { value, grads } = tf.variableGrads(() => task.step(batch, mode).loss, trained.map((weight) => weight.variable));
    const untouched = trained.filter(({ variable }) => !grads[variable.name]?.dataSync().some((entry) => entry !== 0));
    expect(untouched.map((weight) => weight.name)).toEqual([]);
    tf.dispose([value, grads]);
    expect(tf.memory().numTensors).toBe(before);
    disposeBatch(batch);
    task.dispose();
    encoder.dispose();
  });

  it("explains in pictures what the network is asked", () => {
    const perSide = rank === 2 ? 5 : 4;
    const patch = rank === 2 ? 6 : 4;
    const patches = new Float32Array(PATCHES[rank] * patch ** rank).map((_, index) => Math.floor(index / patch ** rank));
    const example = {
      patches: { data: patches, shape: [PATCHES[rank], ...new Array<number>(rank).fill(patch), 1] },
      seed: { data: Int32Array.of(0), shape: [] },
    };
    const [grid, choice] = cpc.preview!(example, cpcOptions.parse(small));
    expect(grid!.image.shape).toEqual([perSide * patch, perSide * patch, 1]);
    // Every pixel holds the number of its patch; a volume shows the coronal slice through its third layer of patches.
    const shown = (mark: number) => new Set([...grid!.outline!.data].flatMap((found, pixel) => (found === mark ? [grid!.image.data[pixel]!] : [])));
    const [read, predicted] = rank === 2 ? [[1, 2, 3, 7], [17, 22]] : [[9, 10, 11, 26], [42, 58]];
    expect([...shown(1)].sort((a, b) => a - b)).toEqual(read);
    expect([...shown(2)].sort((a, b) => a - b)).toEqual(predicted);
    expect(choice!.image.shape).toEqual([patch, 6 * patch, 1]);
    expect(choice!.image.data[0]).toBe(predicted[0]);
    expect(grid!.labels).toEqual({ 1: "read", 2: "to predict" });
  });
});

describe("cpc", () => {
  it("encodes an empty patch for places beyond the grid in 2D", () => {
    const encoder = buildEncoder(2);
    const task = build(2, encoder, small);
    const batch = drawBatch(2, small);
    const seen: number[][] = [];
    const watched: Encoder = { ...encoder, forward: (images, mode) => {
      seen.push(images.shape);
      const rows = images.shape[0];
      expect(tf.max(tf.abs(tf.slice(images, rows - 1, 1))).dataSync()[0]).toBe(0);
      return encoder.forward(images, mode);
    } };
    const probe = build(2, watched, small);
    seen.length = 0;
    tf.tidy(() => probe.step(batch, { training: false }).loss);
    expect(seen).toEqual([[2 * 25 + 1, 6, 6, 1]]);
    disposeBatch(batch);
    probe.dispose();
    task.dispose();
    encoder.dispose();
  });

  it("has the original's layers by default", () => {
    const encoder = buildEncoder(3);
    const task = build(3, encoder, {});
    expect(task.weights.map(({ name, variable }) => [name, variable.shape])).toEqual([
      ["code/kernel", [6, 1024]],
      ["code/bias", [1024]],
      ["context/kernel", [1024, 768]],
      ["context/recurrent_kernel", [256, 768]],
      ["context/bias", [2, 768]],
      ["prediction1/kernel", [256, 1024]],
      ["prediction1/bias", [1024]],
      ["prediction2/kernel", [256, 1024]],
      ["prediction2/bias", [1024]],
    ]);
    task.dispose();
    encoder.dispose();
  });

  it("keeps its options through JSON", () => {
    const resolved = cpcOptions.parse({ loss: "pairs", patchesPerSide: 5 });
    expect(resolved).toEqual({
      loss: "pairs", patchesPerSide: 5, codeSize: 1024, contextSize: 256, imageCrop: 0.95, patchCrop: null, patchFlip: null,
    });
    expect(cpcOptions.parse(JSON.parse(JSON.stringify(resolved)))).toEqual(resolved);
    expect(cpcOptions.safeParse({ loss: "nce" }).success).toBe(false);
  });
});
