import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import type { Batch, Disposable, Example, Mode, Trainable } from "../contract/network.js";
import { disposeAbandonedTape } from "./abandoned-tape.js";
import { globalNorm } from "./clip.js";
import { keepFigures, meanFigures, type BatchFigures, type LossFigures } from "./figures.js";

/** What {@link MeanGradients} reads from the engine. */
export interface GradientFigures extends LossFigures {
  /** Euclidean norm of all gradients together. */
  readonly gradientNorm: number;
  /** Cases of the batches whose own loss is not finite. */
  readonly nonFiniteCases: readonly string[];
}

/** The gradients of one or more batches, averaged over their examples: those of one bigger batch, where the loss is a mean. */
export class MeanGradients implements Disposable {
  readonly #variables: readonly Variable[];
  readonly #figures: BatchFigures[] = [];
  readonly #cases: (readonly string[])[] = [];
  #examples = 0;
  #gradients: Tensor[] = [];

  constructor(variables: readonly Variable[]) {
    this.#variables = variables;
  }

  /** In the order of the variables; they stay this object's. */
  get gradients(): readonly Tensor[] {
    return this.#gradients;
  }

  /** The cases of all batches. */
  get caseIds(): readonly string[] {
    return this.#cases.flat();
  }

  /** Runs one batch forward and backward. The batch stays the caller's. */
  add<E extends Example>(trainable: Trainable<E>, batch: Batch<E>, mode: Mode): void {
    try {
      this.#add(trainable, batch, mode);
    } catch (error) {
      disposeAbandonedTape();
      throw error;
    }
  }

  #add<E extends Example>(trainable: Trainable<E>, batch: Batch<E>, mode: Mode): void {
    const examples = batch.caseIds.length;
    const share = examples / (this.#examples + examples);
    const gradients = tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const result = trainable.step(batch, mode);
        this.#figures.push(keepFigures(result, examples));
        return result.loss;
      }, [...this.#variables]);
      return this.#variables.map((variable, index) => {
        // a weight that the loss does not depend on has no entry
        const gradient = grads[variable.name] ?? tf.zerosLike(variable);
        const before = this.#gradients[index];
        return before === undefined ? gradient : tf.add(tf.mul(before, 1 - share), tf.mul(gradient, share));
      });
    });
    tf.dispose(this.#gradients);
    this.#gradients = gradients;
    this.#cases.push(batch.caseIds);
    this.#examples += examples;
  }

  /** Reads losses, metrics and the gradients' norm from the engine, all at once. */
  async read(): Promise<GradientFigures> {
    const all = tf.tidy(() => {
      const norm = tf.reshape(globalNorm(this.#gradients), [1]);
      return tf.concat1d([...this.#figures.map(({ values }) => values), norm as tf.Tensor1D]);
    });
    const read = await all.data();
    all.dispose();
    let offset = 0;
    const values = this.#figures.map(({ values: { size } }) => read.subarray(offset, (offset += size)));
    return {
      ...meanFigures(this.#figures, values),
      gradientNorm: read[offset]!,
      nonFiniteCases: this.#cases.flatMap((cases, index) => (Number.isFinite(values[index]![0]) ? [] : cases)),
    };
  }

  dispose(): void {
    tf.dispose(this.#gradients);
    tf.dispose(this.#figures.map(({ values }) => values));
    this.#gradients = [];
    this.#figures.length = 0;
  }
}
