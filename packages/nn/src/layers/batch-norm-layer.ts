import type { Mode } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { batchNorm, batchNormInference } from "../ops/batch-norm.js";
import { createWeight, createWeighted, type Layer } from "./layer.js";

/** Share of the old value that a moving statistic keeps per training step: Keras' default. */
const TRAINING_MOMENTUM = 0.99;

/** What a batch normalisation layer is built from. */
export interface BatchNormLayerOptions {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly channels: number;
}

/**
 * Batch normalisation as Keras': batch statistics in training, moving ones in inference. `Mode.statisticsMomentum`
 * re-estimates the moving ones; a frozen layer uses and keeps them always.
 *
 * The moving variance takes the batch's biased variance, except for images ([batch, height, width, channels]), where
 * Keras' fused kernel corrects it to n / (n - 1).
 */
export function createBatchNorm({ name, channels }: BatchNormLayerOptions): Layer {
  const scale = createWeight(`${name}/scale`, [channels], new Float32Array(channels).fill(1));
  const offset = createWeight(`${name}/offset`, [channels], new Float32Array(channels));
  const movingMean = createWeight(`${name}/movingMean`, [channels], new Float32Array(channels), false);
  const movingVariance = createWeight(`${name}/movingVariance`, [channels], new Float32Array(channels).fill(1), false);
  const layer = createWeighted([scale, offset, movingMean, movingVariance], (x, mode) => {
    const momentum = layer.frozen ? undefined : statisticsMomentum(mode);
    if (momentum === undefined) {
      return batchNormInference(x, scale.variable, offset.variable, movingMean.variable, movingVariance.variable);
    }
    return batchNorm(x, scale.variable, offset.variable, {
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
