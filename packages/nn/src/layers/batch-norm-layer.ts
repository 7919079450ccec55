import type { Mode } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { BATCH_NORM_EPSILON, batchNorm, batchNormInference } from "../ops/batch-norm.js";
import { createWeight, createWeighted, type Layer } from "./layer.js";

/** Share of the old value that a moving statistic keeps per training step: Keras' default. */
const TRAINING_MOMENTUM = 0.99;

/** What a batch normalisation layer is built from. */
export interface BatchNormLayerOptions {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly channels: number;
  /** Added to the variance. Default 1e-3, as Keras. */
  readonly epsilon?: number | undefined;
  /** Whether the layer learns a scale; without, it is 1. Default true. */
  readonly scale?: boolean;
}

/**
 * Batch normalisation as Keras': batch statistics in training, moving ones in inference. `Mode.statisticsMomentum`
 * re-estimates the moving ones; a frozen layer uses and keeps them always.
 *
 * The moving variance takes the batch's biased variance, except for images ([batch, height, width, channels]), where
 * Keras' fused kernel corrects it to n / (n - 1).
 */
export function createBatchNorm(options: BatchNormLayerOptions): Layer {
  const { name, channels, epsilon = BATCH_NORM_EPSILON } = options;
  const learned = options.scale === false ? [] : [createWeight(`${name}/scale`, [channels], new Float32Array(channels).fill(1))];
  const offset = createWeight(`${name}/offset`, [channels], new Float32Array(channels));
  const movingMean = createWeight(`${name}/movingMean`, [channels], new Float32Array(channels), false);
  const movingVariance = createWeight(`${name}/movingVariance`, [channels], new Float32Array(channels).fill(1), false);
  const layer = createWeighted([...learned, offset, movingMean, movingVariance], (x, mode) => {
    const scale = learned[0]?.variable ?? tf.ones([channels]);
    const momentum = layer.frozen ? undefined : statisticsMomentum(mode);
    if (momentum === undefined) {
      return batchNormInference(x, scale, offset.variable, movingMean.variable, movingVariance.variable, epsilon);
    }
    return batchNorm(x, scale, offset.variable, {
      epsilon,
      onStatistics: (mean, variance) => {
        const n = x.size / channels;
        fold(movingMean.variable, mean, 1, momentum);
        fold(movingVariance.variable, variance, x.rank === 4 && n > 1 ? n / (n - 1) : 1, momentum);
      },
    });
  });
  return layer;
}

function statisticsMomentum(mode: Mode): number | undefined {
  return mode.statisticsMomentum ?? (mode.training ? TRAINING_MOMENTUM : undefined);
}

function fold(moving: tf.Variable, batch: Tensor, correction: number, momentum: number): void {
  tf.tidy(() => moving.assign(tf.add(tf.mul(moving, momentum), tf.mul(batch, (1 - momentum) * correction))));
}
