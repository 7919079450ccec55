import * as tf from "@tensorflow/tfjs-core";
import type { Disposable, Weight } from "../contract/network.js";

/** The values that weights had, at the cost of a reference each: to undo what a forward pass did to moving statistics. */
export class KeptValues implements Disposable {
  readonly #kept: readonly { readonly weight: Weight; readonly value: tf.Tensor }[];

  constructor(weights: readonly Weight[]) {
    this.#kept = weights.map((weight) => ({ weight, value: tf.keep(tf.clone(weight.variable)) }));
  }

  /** Weights that were disposed of since are passed over. */
  restore(): void {
    for (const { weight, value } of this.#kept) if (!weight.variable.isDisposed) weight.variable.assign(value);
  }

  dispose(): void {
    for (const { value } of this.#kept) value.dispose();
  }
}

/** The moving statistics among weights, as they are now. */
export function keepStatistics(weights: readonly Weight[]): KeptValues {
  return new KeptValues(weights.filter(({ trainable }) => !trainable));
}

/** Does something that may change moving statistics, such as re-estimating them; afterwards they are what they were. */
export async function keepingStatistics<Result>(weights: readonly Weight[], work: () => Promise<Result>): Promise<Result> {
  const kept = keepStatistics(weights);
  try {
    return await work();
  } finally {
    kept.restore();
    kept.dispose();
  }
}
