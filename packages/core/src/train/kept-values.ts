import * as tf from "@tensorflow/tfjs-core";
import type { Disposable, Weight } from "../contract/network.js";

/** The values that weights had, at the cost of a reference each: to undo what a forward pass did to moving statistics. */
export class KeptValues implements Disposable {
  readonly #kept: readonly { readonly weight: Weight; readonly value: tf.Tensor }[];

  constructor(weights: readonly Weight[]) {
    this.#kept = weights.map((weight) => ({ weight, value: tf.keep(tf.clone(weight.variable)) }));
  }

  restore(): void {
    for (const { weight, value } of this.#kept) weight.variable.assign(value);
  }

  dispose(): void {
    for (const { value } of this.#kept) value.dispose();
  }
}
