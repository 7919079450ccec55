import { createDense, createGru } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { countOperations } from "./count-operations.js";
import { noise } from "./noise.js";
import { createProxyEncoder, PUBLISHED_SHAPE } from "./proxy-encoder.js";
import { createTrainingStep } from "./training-step.js";
import type { WorkloadPlan } from "./workload.js";

/** What may be set about the step of contrastive predictive coding. */
export interface PredictiveCodingOptions {
  readonly name: string;
  /** Edge of a patch, voxels. */
  readonly side: number;
  /** Patches that the context network reads. */
  readonly contextTerms: number;
  /** Patches whose codes are predicted. */
  readonly predictionTerms: number;
  /** Examples in a step, positive and negative ones in turn. */
  readonly batch: number;
}

const CODE_SIZE = 1024;
const CONTEXT_SIZE = 256;

/**
 * A training step of the original's contrastive predictive coding: every patch through one encoder and a dense layer to a code, a
 * GRU over the context's codes, a linear prediction of each further code, binary cross-entropy of their mean product, Adam.
 */
export function predictiveCodingWorkload(options: PredictiveCodingOptions): WorkloadPlan {
  const { name, side, contextTerms, predictionTerms, batch } = options;
  return {
    name,
    summary: `${contextTerms} + ${predictionTerms} patches of ${side}^3, batch ${batch}`,
    network: { name: "predictive-coding", side, contextTerms, predictionTerms, batch, ...PUBLISHED_SHAPE },
    build: () => {
      const { encoder, random, mode, outputs, encode, countOperations: countEncoder } = createProxyEncoder(side);
      const code = createDense({ name: "code", inputs: outputs, outputs: CODE_SIZE, random: random.split("code") });
      const context = createGru({ name: "context", inputs: CODE_SIZE, units: CONTEXT_SIZE, random: random.split("context") });
      const predictions = Array.from({ length: predictionTerms }, (_, i) =>
        createDense({ name: `prediction${i}`, inputs: CONTEXT_SIZE, outputs: CODE_SIZE, random: random.split(`prediction${i}`) }),
      );
      const seen = noise([batch * contextTerms, side, side, side, 1]);
      const hidden = noise([batch * predictionTerms, side, side, side, 1]);
      const truth = tf.tensor1d(Float32Array.from({ length: batch }, (_, i) => (i + 1) % 2));
      const codesOf = (patches: tf.Tensor, terms: number): tf.Tensor =>
        tf.reshape(code.forward(encode(patches), mode), [batch, terms, CODE_SIZE]);
      const terms = contextTerms + predictionTerms;
      return createTrainingStep({
        weights: [encoder, code, context, ...predictions].flatMap(({ weights }) => weights),
        operations:
          countEncoder(batch * terms) +
          countOperations(code.weights, () => batch * terms) +
          countOperations(context.weights, () => batch * contextTerms) +
          countOperations(predictions.flatMap(({ weights }) => weights), () => batch),
        loss: () => {
          const summary = context.forward(codesOf(seen, contextTerms), mode);
          const predicted = tf.stack(predictions.map((prediction) => prediction.forward(summary, mode)), 1);
          const logits = tf.mean<tf.Tensor1D>(tf.mul(predicted, codesOf(hidden, predictionTerms)), [1, 2]);
          return sigmoidCrossEntropy(truth, logits);
        },
        owned: [seen, hidden, truth, ...predictions, context, code, encoder],
      });
    },
  };
}

/** Mean binary cross-entropy of logits. */
function sigmoidCrossEntropy(truth: tf.Tensor1D, logits: tf.Tensor1D): tf.Scalar {
  return tf.mean<tf.Scalar>(tf.sub(tf.softplus(logits), tf.mul(truth, logits)));
}
