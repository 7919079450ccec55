import "@tensorflow/tfjs-backend-cpu";
import { createRandom, Optimizer, registerGradients, trainingOptions, type Batch, type Encoder, type Rank, type Trainable } from "@ssl3d/core";
import { segmentation, segmentationOptions } from "@ssl3d/heads";
import { residualEncoder, residualEncoderOptions, unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { rotation, rotationOptions } from "@ssl3d/task-rotation";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { wasm } from "./plugin.js";
import { variedValues } from "@ssl3d/testing";

/** Voxels along each axis. */
const SIZE = { 2: 12, 3: 8 } as const;
const STEPS = 3;

interface Step {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

const ENCODERS: Record<string, (rank: Rank) => Encoder> = {
  "U-Net": (rank) => {
    const options = unetEncoderOptions.parse({ filters: 5, levels: 2, pooling: "none", dropout: 0.1 });
    return unetEncoder.build({ rank, channels: 2, options, random: createRandom("encoder") });
  },
  "residual encoder": (rank) => {
    const options = residualEncoderOptions.parse({ filters: [4, 8, 12], blocks: [1, 1, 2] });
    return residualEncoder.build({ rank, channels: 2, options, random: createRandom("encoder") });
  },
};

const JOBS: Record<string, { build(encoder: Encoder): Trainable; labels(rank: Rank, batch: number): Record<string, tf.Tensor> }> = {
  segmentation: {
    build: (encoder) =>
      segmentation.build({
        encoder,
        options: segmentationOptions.parse({ labelValues: [0, 1, 2, 3] }),
        inputSize: sizeOf(encoder.rank),
        classPrior: [0.7, 0.1, 0.1, 0.1],
        random: createRandom("head"),
      }),
    labels: (rank, batch) => ({ truth: classes([batch, ...sizeOf(rank)], 4) }),
  },
  rotation: {
    build: (encoder) =>
      rotation.build({
        encoder,
        options: rotationOptions.parse({ widths: [24, 10], batchNorm: false, dropout: 0 }),
        inputSize: sizeOf(encoder.rank),
        random: createRandom("task"),
      }),
    labels: (_rank, batch) => ({ label: classes([batch], 4) }),
  },
};

function sizeOf(rank: Rank): number[] {
  return Array.from({ length: rank }, () => SIZE[rank]);
}

function classes(shape: number[], count: number): tf.Tensor {
  const random = createRandom(`classes ${shape.join()}`);
  return tf.tensor(Int32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.integer(0, count)), shape, "int32");
}

/** Trains for some steps on the current engine and reports each. */
function train(encoderName: string, jobName: string, rank: Rank, batch: number): Step[] {
  const job = JOBS[jobName]!;
  const encoder = ENCODERS[encoderName]!(rank);
  const head = job.build(encoder);
  const weights = [...encoder.weights, ...head.weights].filter(({ trainable }) => trainable);
  const variables = weights.map(({ variable }) => variable);
  const optimizer = new Optimizer(
    trainingOptions.parse({ optimizer: { name: "sgd", momentum: 0.9 } }).optimizer,
    weights.map(({ name, variable }) => ({ name, variable, learningRateScale: 1 })),
  );
  const values = variedValues([batch, ...sizeOf(rank), 2]);
  const tensors = { image: tf.tensor(Float32Array.from(values.data), [...values.shape]), ...job.labels(rank, batch) };
  const before = tf.memory().numTensors;
  const steps = Array.from({ length: STEPS }, (_, step): Step => {
    const mode = { training: true, random: createRandom(`step ${step}`) } as const;
    const data = { tensors, caseIds: [] } as unknown as Batch;
    const { value, grads } = tf.variableGrads(() => head.step(data, mode).loss, variables);
    const gradients = variables.map(({ name }) => grads[name]!);
    optimizer.update(gradients, 0.01);
    const result = {
      loss: value.dataSync()[0]!,
      gradients: new Map(weights.map(({ name }, i) => [name, gradients[i]!.dataSync<"float32">().slice()])),
    };
    tf.dispose([value, ...Object.values(grads)]);
    return result;
  });
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(tensors);
  for (const part of [optimizer, head, encoder]) part.dispose();
  return steps;
}

function norm(values: Float32Array): number {
  return Math.hypot(...values);
}

const cases = Object.keys(ENCODERS).flatMap((encoder) =>
  Object.keys(JOBS).flatMap((job) => ([2, 3] as const).flatMap((rank) => [1, 2, 3].map((batch) => ({ encoder, job, rank, batch })))),
);

describe("training on the wasm engine", () => {
  beforeAll(registerGradients);

  it.each(cases)("follows the cpu engine: $encoder, $job, $rank D, batch of $batch", async ({ encoder, job, rank, batch }) => {
    await tf.setBackend("cpu");
    const expected = train(encoder, job, rank, batch);
    await wasm.activate({});
    const actual = train(encoder, job, rank, batch);
    expected.forEach(({ loss, gradients }, step) => {
      expect(Math.abs(actual[step]!.loss - loss) / Math.abs(loss), `loss of step ${step}`).toBeLessThan(1e-4);
      // Steps magnify rounding errors.
      const tolerance = step === 0 ? 1e-4 : 3e-4;
      const largest = Math.max(...Array.from(gradients.values(), norm));
      for (const [name, gradient] of gradients) {
        const gap = norm(gradient.map((value, i) => value - actual[step]!.gradients.get(name)![i]!));
        // A bias before a normalisation has a gradient of rounding errors only.
        expect(gap / Math.max(norm(gradient), 1e-2 * largest), `gradient of ${name} in step ${step}`).toBeLessThan(tolerance);
      }
    });
  });
});
