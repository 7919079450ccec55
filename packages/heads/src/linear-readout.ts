import * as tf from "@tensorflow/tfjs-core";
import { keepStatistics, measureDiceCrossEntropy, Optimizer, registerGradients } from "@ssl3d/core";
import type { Disposable, Encoder, LabelledCase, Random, Scores } from "@ssl3d/core";
import { createWeight } from "@ssl3d/nn";
import { addLevels, addLevelsGradients } from "./add-levels.js";
import { countClasses, labelVolume, oneHotOf } from "./labels.js";
import { predictVolume } from "./predict-volume.js";
import { scoreRegions, type Regions } from "./regions.js";
import { reestimateEncoderStatistics } from "./statistics.js";
import { takePatch } from "./take-patch.js";

/** What a linear read-out is trained from. */
export interface LinearReadoutRequest {
  /** Its weights stay as they are. Its moving statistics are replaced until the read-out is disposed of. */
  readonly encoder: Encoder;
  /** Labelled cases, preprocessed as the encoder's images were. */
  readonly cases: readonly LabelledCase[];
  /** Values of the label volumes, one a class; the first is the background. */
  readonly labelValues: readonly number[];
  /** What `score` reports. Default "labels". */
  readonly regions?: Regions;
  /** Voxels, a multiple of the encoder's largest stride; default the whole image, padded to such a size. */
  readonly patchSize?: readonly number[];
  /** Patches whose features are kept, per case. Default 1, or 4 where `patchSize` is given. */
  readonly patchesPerCase?: number;
  /** Updates. Default 150. */
  readonly steps?: number;
  /** Patches an update sees. Default 2. */
  readonly batchSize?: number;
  /** Of Adam; falls to 0 along a cosine. Default 0.03. */
  readonly learningRate?: number;
  /** Draws patches and batches. */
  readonly random: Random;
  /** Called after each update. */
  readonly onStep?: (step: number, loss: number) => void;
}

/** A frozen encoder with one linear layer per level. */
export interface LinearReadout extends Disposable {
  /** Class probabilities for [batch, ...spatial, channels]; the caller owns the tensor. */
  predict(images: tf.Tensor): tf.Tensor;
  /** Dice of each region of a case. */
  score(labelled: LabelledCase): Promise<Scores>;
}

/**
 * Measures what an encoder's features say about labels without further training: batch-norm statistics are re-estimated
 * on the labelled images, then one linear layer per level is trained, with soft Dice plus cross-entropy; the levels'
 * answers are upsampled linearly and added. Features are computed once and stay in memory until it is trained.
 */
export async function linearReadout(request: LinearReadoutRequest): Promise<LinearReadout> {
  const { encoder, cases, labelValues, regions = "labels", patchSize, random } = request;
  const { steps = 150, batchSize = 2, learningRate = 0.03, onStep } = request;
  registerGradients();
  const statistics = keepStatistics(encoder.weights);
  const samples = gatherSamples(request);
  const prior = countClasses(cases.map((labelled) => labelled.truth), labelValues);
  const kernels = encoder.levels.map(({ channels }, level) => {
    const shape = [channels, prior.length];
    return createWeight(`level${level}/kernel`, shape, new Float32Array(channels * prior.length));
  });
  const bias = createWeight("bias", [prior.length], Float32Array.from(prior, Math.log));
  const weights = [...kernels, bias];
  const logitsOf = (pyramid: readonly tf.Tensor[]): tf.Tensor =>
    addLevels(encoder.levels, pyramid, kernels.map(({ variable }) => variable), bias.variable);

  const optimizer = new Optimizer(
    { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    weights.map(({ name, variable }) => ({ name, variable, learningRateScale: 1 })),
  );
  for (let step = 0; step < steps; step++) {
    const batch = random.split(`step ${step}`).shuffle(samples).slice(0, batchSize);
    const rate = learningRate * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
    const { loss, gradients } = await meanGradients(encoder, batch, logitsOf);
    optimizer.update(gradients, rate);
    tf.dispose(gradients);
    onStep?.(step + 1, loss);
  }
  optimizer.dispose();
  for (const sample of samples) tf.dispose([...sample.pyramid]);

  const predict = (images: tf.Tensor): tf.Tensor =>
    tf.tidy(() => tf.softmax(logitsOf(encoder.forward(images, { training: false }).pyramid)));
  return {
    predict,
    score: async ({ image, truth }) => {
      const window = patchSize ?? roundUp(image.size, encoder.levels.at(-1)!.stride);
      const probabilities = await predictVolume({ predict }, image, { patchSize: window });
      return scoreRegions(probabilities, labelVolume(truth), labelValues, regions);
    },
    dispose: () => {
      for (const { variable } of weights) variable.dispose();
      statistics.restore();
      statistics.dispose();
    },
  };
}

/** A patch, as a batch of one. */
interface Sample {
  readonly pyramid: readonly tf.Tensor[];
  /** One-hot, [voxels, classes]. */
  readonly truth: Uint8Array;
}

/** The mean over samples of the loss and of its gradients by kernels and bias. The caller owns the tensors. */
async function meanGradients(
  { levels }: Encoder,
  samples: readonly Sample[],
  logitsOf: (pyramid: readonly tf.Tensor[]) => tf.Tensor,
): Promise<{ loss: number; gradients: tf.Tensor[] }> {
  let sum = 0;
  const parts: tf.Tensor[][] = [];
  for (const { pyramid, truth } of samples) {
    const logits = logitsOf(pyramid);
    const values = (await logits.data()) as Float32Array;
    const { loss, gradient } = measureDiceCrossEntropy(truth, values, logits.shape.at(-1)!);
    sum += loss;
    parts.push(tf.tidy(() => addLevelsGradients(levels, pyramid, tf.tensor(gradient(), logits.shape))));
    logits.dispose();
  }
  const gradients = parts[0]!.map((_, weight) => tf.tidy(() => tf.mean(tf.stack(parts.map((part) => part[weight]!)), 0)));
  tf.dispose(parts);
  return { loss: sum / samples.length, gradients };
}

function gatherSamples(request: LinearReadoutRequest): Sample[] {
  const { encoder, cases, labelValues, patchSize, patchesPerCase, random } = request;
  const count = patchesPerCase ?? (patchSize === undefined ? 1 : 4);
  const patches = cases.flatMap((labelled, index) =>
    Array.from({ length: count }, (_, draw) => {
      const size = patchSize ?? roundUp(labelled.image.size, encoder.levels.at(-1)!.stride);
      const { image, truth } = takePatch(labelled, size, 0.5, random.split(`case ${index} patch ${draw}`));
      return {
        image: tf.tensor(image.voxels, [1, ...image.size, image.channels]),
        truth: oneHotOf(truth, labelValues),
      };
    }),
  );
  reestimateEncoderStatistics(encoder, patches.map(({ image }) => image));
  return patches.map(({ image, truth }) => {
    const { pyramid, output, pooled } = encoder.forward(image, { training: false });
    tf.dispose([image, pooled]);
    if (!pyramid.includes(output)) output.dispose();
    return { pyramid, truth };
  });
}

function roundUp(size: readonly number[], stride: number): number[] {
  return size.map((length) => Math.ceil(length / stride) * stride);
}
