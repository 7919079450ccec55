import * as tf from "@tensorflow/tfjs-core";
import type { StepResult } from "../contract/network.js";
import type { Figures } from "./events.js";

/** Loss and metrics of one batch, still on the engine. */
export interface BatchFigures {
  readonly metricNames: readonly string[];
  /** [1 + metrics]: the loss, then the metrics. Kept until disposed by hand. */
  readonly values: tf.Tensor1D;
  /** Examples they are means over. */
  readonly examples: number;
}

/** Loss and metrics as numbers. */
export interface LossFigures {
  readonly loss: number;
  readonly metrics: Figures;
}

/** Puts the scalars of a step into one tensor, so that they are read from the engine at once. */
export function keepFigures({ loss, metrics }: StepResult, examples: number): BatchFigures {
  const metricNames = Object.keys(metrics);
  const values = tf.tidy(() => {
    const scalars = [loss, ...metricNames.map((name) => metrics[name]!)];
    return tf.keep(tf.stack(scalars.map((scalar) => tf.reshape(tf.cast(scalar, "float32"), []))) as tf.Tensor1D);
  });
  return { metricNames, values, examples };
}

/** The mean over several batches, weighted by their examples. `values` are what was read of each. */
export function meanFigures(figures: readonly BatchFigures[], values: readonly ArrayLike<number>[]): LossFigures {
  const total = figures.reduce((sum, { examples }) => sum + examples, 0);
  const mean = (index: number) =>
    figures.reduce((sum, { examples }, i) => sum + values[i]![index]! * examples, 0) / total;
  return {
    loss: mean(0),
    metrics: Object.fromEntries(figures[0]!.metricNames.map((name, index) => [name, mean(index + 1)])),
  };
}
