import * as tf from "@tensorflow/tfjs-core";
import type { Batch, Encoder, Example, Mode, StepResult, Trainable, Weight } from "../contract/network.js";
import type { NumericArray } from "../contract/volume.js";
import { createRandom, type Random } from "../random.js";
import { stackExamples, type BatchSource } from "./batch.js";
import { trainingOptions, type TrainingInput, type TrainingOptions } from "./options.js";

/** For the tests of the training loop: a network of a few dozen numbers with all that makes a loop hard to get right. */
export interface ToyExample extends Example {
  readonly image: NumericArray;
  readonly target: NumericArray;
}

function weight(name: string, shape: number[], random: Random | undefined): Weight {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, () => random?.normal(0, 0.5) ?? 0);
  const variable = tf.tidy(() => tf.variable(tf.tensor(values, shape), random !== undefined));
  return { name, variable, trainable: random !== undefined };
}

/** A dense layer on 2x2 images with dropout; in inference, or frozen, less a moving mean of what it gave in training. */
export class ToyEncoder implements Encoder {
  readonly rank = 2;
  readonly channels = 1;
  readonly levels: Encoder["levels"] = [{ channels: 3, stride: 2 }];
  readonly output = { channels: 3, stride: 2 };
  readonly weights: readonly Weight[];
  frozen = false;
  readonly dropout: number;

  constructor(random: Random, dropout = 0.25) {
    this.dropout = dropout;
    this.weights = [weight("kernel", [4, 3], random.split("encoder")), weight("movingMean", [3], undefined)];
  }

  forward(images: tf.Tensor, mode: Mode): { pyramid: tf.Tensor[]; output: tf.Tensor; pooled: tf.Tensor } {
    const [kernel, movingMean] = this.weights.map(({ variable }) => variable) as [tf.Variable, tf.Variable];
    const linear = tf.matMul(tf.reshape(images, [-1, 4]), kernel);
    let features = tf.tanh(linear);
    if (mode.training && !this.frozen) {
      movingMean.assign(tf.add(tf.mul(movingMean, 0.9), tf.mul(tf.mean(linear, 0), 0.1)));
    } else {
      features = tf.tanh(tf.sub(linear, movingMean));
    }
    if (mode.training && this.dropout > 0) {
      const mask = Float32Array.from({ length: features.size }, () => (mode.random.chance(this.dropout) ? 0 : 1));
      features = tf.mul(features, tf.tensor(mask, features.shape));
    }
    const bottleneck = tf.reshape(features, [-1, 1, 1, 3]);
    return { pyramid: [bottleneck], output: bottleneck, pooled: features };
  }

  dispose(): void {
    tf.dispose(this.weights.map(({ variable }) => variable));
  }
}

/** A linear layer with the mean squared error. */
export class ToyTask implements Trainable<ToyExample> {
  readonly weights: readonly Weight[];
  readonly #encoder: Encoder;

  constructor(encoder: Encoder, random: Random) {
    this.#encoder = encoder;
    this.weights = [weight("kernel", [3, 1], random.split("head")), weight("bias", [1], random.split("bias"))];
  }

  step(batch: Batch<ToyExample>, mode: Mode): StepResult {
    const [kernel, bias] = this.weights.map(({ variable }) => variable) as [tf.Variable, tf.Variable];
    const { pooled } = this.#encoder.forward(batch.tensors.image, mode);
    const error = tf.sub(tf.add(tf.matMul(pooled as tf.Tensor2D, kernel as tf.Tensor2D), bias), batch.tensors.target);
    return { loss: tf.mean(tf.square(error)), metrics: { error: tf.mean(tf.abs(error)) } };
  }

  dispose(): void {
    tf.dispose(this.weights.map(({ variable }) => variable));
  }
}

/** Batches of random images; the target is their sum. `spoil` changes an image's voxels by case number. */
export function toyBatches(
  batchSize: number,
  spoil?: (voxels: Float32Array, number: number) => void
): BatchSource<ToyExample> {
  return {
    batch: (index) => {
      const numbers = Array.from({ length: batchSize }, (_, i) => index * batchSize + i);
      const examples = numbers.map((number): ToyExample => {
        const random = createRandom("toy data").split(number);
        const voxels = Float32Array.from({ length: 4 }, () => random.uniform(-1, 1));
        const target = voxels.reduce((sum, value) => sum + value, 0);
        spoil?.(voxels, number);
        return {
          image: { data: voxels, shape: [2, 2, 1] },
          target: { data: Float32Array.of(target), shape: [1] },
        };
      });
      return Promise.resolve(
        stackExamples(
          examples,
          numbers.map((number) => `case-${number}`)
        )
      );
    },
  };
}

/** An encoder and a task of a seed, with one function to let go of both. */
export function toyNetworks(dropout?: number): { encoder: ToyEncoder; trainable: ToyTask; dispose: () => void } {
  const random = createRandom("toy weights");
  const encoder = new ToyEncoder(random, dropout);
  const trainable = new ToyTask(encoder, random);
  return {
    encoder,
    trainable,
    dispose: () => {
      encoder.dispose();
      trainable.dispose();
    },
  };
}

/** Training options from what is written of them. */
export function toyOptions(input: TrainingInput): TrainingOptions {
  return trainingOptions.parse(input);
}

/** All values of some weights, by name. */
export function valuesOf(weights: readonly Weight[]): Record<string, number[]> {
  return Object.fromEntries(weights.map(({ name, variable }) => [name, Array.from(variable.dataSync())]));
}
