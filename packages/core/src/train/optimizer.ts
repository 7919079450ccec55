import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import type { NamedArrays } from "../checkpoint/checkpoint.js";
import { badCheckpoint } from "../checkpoint/errors.js";
import type { Disposable } from "../contract/network.js";
import type { NumericArray } from "../contract/volume.js";
import { registerHostUpdates } from "./host-updates.js";
import type { OptimizerOptions } from "./options.js";
import { createUpdateRule, type UpdateRule } from "./update-rule.js";

/** A weight that an optimiser updates. */
export interface OptimizedWeight {
  /** Unique; names its state in checkpoints. */
  readonly name: string;
  readonly variable: Variable;
  /** Its learning rate, as a multiple of the step's. */
  readonly learningRateScale: number;
}

/** Applies an update rule to a set of weights and keeps the rule's state for them, as many tensors from the first step to the last. */
export class Optimizer implements Disposable {
  readonly name: string;
  readonly #weights: readonly OptimizedWeight[];
  readonly #rule: UpdateRule;
  /** Per weight, one tensor per slot of the rule. */
  #slots: Tensor[][];
  #iterations = 0;

  constructor(options: OptimizerOptions, weights: readonly OptimizedWeight[]) {
    this.name = options.name;
    this.#weights = weights;
    if (tf.getBackend() === "cpu") registerHostUpdates("cpu");
    this.#rule = createUpdateRule(options);
    this.#slots = weights.map(({ variable }) => this.#rule.slots.map(() => tf.keep(tf.zeros(variable.shape))));
  }

  /** Updates made so far. */
  get iterations(): number {
    return this.#iterations;
  }

  /** Updates every weight. `gradients` are in the order of the weights and stay the caller's. */
  update(gradients: readonly Tensor[], learningRate: number): void {
    this.#iterations++;
    this.#weights.forEach(({ variable, learningRateScale }, index) => {
      const next = this.#rule.update({
        weight: variable,
        gradient: gradients[index]!,
        slots: this.#slots[index]!,
        learningRate: learningRate * learningRateScale,
        iteration: this.#iterations,
      });
      variable.assign(next.weight);
      next.weight.dispose();
      tf.dispose(this.#slots[index]);
      this.#slots[index] = next.slots.map((slot) => tf.keep(slot));
    });
  }

  /** The state by name, such as "m/encoder/level0/conv1/kernel". The tensors stay the optimiser's. */
  state(): ReadonlyMap<string, Tensor> {
    return new Map(this.#keys().map(({ key, index, slot }) => [key, this.#slots[index]![slot]!]));
  }

  /**
   * Takes over a state that {@link state} gave for the same weights.
   * @param label names the checkpoint in errors
   * @throws Ssl3dError SSL3D_CHECKPOINT_INVALID
   */
  restore(state: NamedArrays, iterations: number, label: string): void {
    const keys = this.#keys();
    const wrong = keys.find(({ key, index }) => !isShaped(state.get(key), this.#weights[index]!.variable.shape));
    if (wrong !== undefined)
      throw badCheckpoint(label, `the optimiser's state "${wrong.key}" is missing or does not fit`);
    if (state.size !== keys.length)
      throw badCheckpoint(label, "the optimiser's state holds weights that are not trained");
    this.dispose();
    this.#slots = this.#weights.map(({ name, variable }) =>
      this.#rule.slots.map((slot) => tf.keep(tf.tensor(state.get(`${slot}/${name}`)!.data.slice(), variable.shape)))
    );
    this.#iterations = iterations;
  }

  dispose(): void {
    tf.dispose(this.#slots);
  }

  #keys(): { key: string; index: number; slot: number }[] {
    return this.#weights.flatMap(({ name }, index) =>
      this.#rule.slots.map((slotName, slot) => ({ key: `${slotName}/${name}`, index, slot }))
    );
  }
}

function isShaped(array: NumericArray | undefined, shape: readonly number[]): boolean {
  return array?.data instanceof Float32Array && array.shape.join() === shape.join();
}
