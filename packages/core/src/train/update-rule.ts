import * as tf from "@tensorflow/tfjs-core";
import type { NamedTensorMap, Tensor } from "@tensorflow/tfjs-core";
import { hasKernel } from "../engine-kernels.js";
import { UPDATE_KERNELS, type AdamAttributes, type SgdAttributes } from "./host-updates.js";
import type { OptimizerOptions } from "./options.js";

/** What one weight's update is computed from. */
export interface UpdateInput {
  readonly weight: Tensor;
  readonly gradient: Tensor;
  /** State kept for this weight, one tensor of its shape per slot of the rule. */
  readonly slots: readonly Tensor[];
  readonly learningRate: number;
  /** This update's number, from 1. */
  readonly iteration: number;
}

/** The new weight and the new slots. The caller owns the tensors. */
export interface UpdateOutput {
  readonly weight: Tensor;
  readonly slots: readonly Tensor[];
}

/** An optimiser's formula for one weight: the engine's own kernel where it has one, else a composition. */
export interface UpdateRule {
  /** Names of the state tensors kept for each weight. */
  readonly slots: readonly string[];
  update(input: UpdateInput): UpdateOutput;
}

/** The rule that options name. Formulas and epsilon are those of Keras, which differ in detail from PyTorch's. */
export function createUpdateRule(options: OptimizerOptions): UpdateRule {
  switch (options.name) {
    case "adam":
      return adam(options, 0);
    case "adamw":
      return adam(options, options.weightDecay);
    case "sgd":
      return sgd(options.momentum, options.nesterov);
    default:
      return options satisfies never;
  }
}

interface Moments {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * Adam (arXiv 1412.6980, in the order of computation at the end of its section 2, where epsilon is not corrected) with
 * decoupled weight decay (arXiv 1711.05101) times the learning rate.
 */
function adam({ beta1, beta2, epsilon }: Moments, weightDecay: number): UpdateRule {
  return {
    slots: ["m", "v"],
    update: ({ weight, gradient, slots, learningRate, iteration }) => {
      const [m, v] = slots as [Tensor, Tensor];
      const rate = (learningRate * Math.sqrt(1 - beta2 ** iteration)) / (1 - beta1 ** iteration);
      const decay = 1 - learningRate * weightDecay;
      const attributes: AdamAttributes = { rate, beta1, beta2, epsilon, decay };
      return (
        fused(UPDATE_KERNELS.adam, { weight, gradient, m, v }, attributes) ??
        tf.tidy(() => {
          const nextM = tf.add(m, tf.mul(tf.sub(gradient, m), 1 - beta1));
          const nextV = tf.add(v, tf.mul(tf.sub(tf.square(gradient), v), 1 - beta2));
          const change = tf.div(tf.mul(nextM, rate), tf.add(tf.sqrt(nextV), epsilon));
          const kept = decay === 1 ? weight : tf.mul(weight, decay);
          return { weight: tf.sub(kept, change), slots: [nextM, nextV] };
        })
      );
    },
  };
}

/** Gradient descent with momentum; the learning rate is part of the velocity, as in Keras. */
function sgd(momentum: number, nesterov: boolean): UpdateRule {
  if (momentum === 0) {
    return {
      slots: [],
      update: ({ weight, gradient, learningRate }) =>
        tf.tidy(() => ({ weight: tf.sub(weight, tf.mul(gradient, learningRate)), slots: [] })),
    };
  }
  return {
    slots: ["velocity"],
    update: ({ weight, gradient, slots, learningRate }) => {
      const velocity = slots[0]!;
      const attributes: SgdAttributes = { learningRate, momentum, nesterov };
      return (
        fused(UPDATE_KERNELS.sgd, { weight, gradient, velocity }, attributes) ??
        tf.tidy(() => {
          const change = tf.mul(gradient, -learningRate);
          const next = tf.add(tf.mul(velocity, momentum), change);
          const move = nesterov ? tf.add(tf.mul(next, momentum), change) : next;
          return { weight: tf.add(weight, move), slots: [next] };
        })
      );
    },
  };
}

/** Runs the engine's kernel for an update, if it has one. */
function fused(
  name: string,
  inputs: NamedTensorMap,
  attributes: AdamAttributes | SgdAttributes
): UpdateOutput | undefined {
  if (!hasKernel(name, tf.getBackend())) return undefined;
  const results: Tensor[] = tf.engine().runKernel(name, inputs, { ...attributes });
  const [weight, ...slots] = results as [Tensor, ...Tensor[]];
  return { weight, slots };
}
