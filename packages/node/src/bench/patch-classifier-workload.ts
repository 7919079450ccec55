import { categoricalCrossEntropyFromLogits } from "@ssl3d/core";
import { createDense, createDenseStack, createSequence, DENSE_STACKS } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { countOperations } from "./count-operations.js";
import { noise, oneHotLabels } from "./noise.js";
import { createProxyEncoder, PUBLISHED_SHAPE } from "./proxy-encoder.js";
import { createTrainingStep } from "./training-step.js";
import type { WorkloadPlan } from "./workload.js";

/** What sets the classifying proxy tasks apart. */
export interface PatchClassifierOptions {
  readonly name: string;
  /** Cubes of one example. */
  readonly patches: number;
  /** Edge of a cube, voxels. */
  readonly side: number;
  readonly classes: number;
  /** Examples in a step; the published runs take more, in proportion of which time grows. */
  readonly batch: number;
}

/**
 * A training step of a proxy task that classifies: rotation (one cube), relative patch location (two) and jigsaw (27). One
 * encoder for all cubes of an example, its outputs joined, the original's wide dense stack, softmax cross-entropy, Adam.
 */
export function patchClassifierWorkload({ name, patches, side, classes, batch }: PatchClassifierOptions): WorkloadPlan {
  return {
    name,
    summary: `${patches === 1 ? "a cube" : `${patches} cubes`} of ${side}^3, ${classes} classes, batch ${batch}`,
    network: { name: "patch-classifier", patches, side, classes, batch, ...PUBLISHED_SHAPE },
    build: () => {
      const { encoder, random, mode, outputs, encode, countOperations: countEncoder } = createProxyEncoder(side);
      const inputs = patches * outputs;
      const shape = DENSE_STACKS.wide;
      const stack = createDenseStack({ ...shape, name: "head", inputs, top: null, random: random.split("head") });
      const top = createDense({ name: "classes", inputs: shape.widths.at(-1)!, outputs: classes, random: random.split("classes") });
      const classifier = createSequence([stack, top]);
      const cubes = noise([batch * patches, side, side, side, 1]);
      const truth = oneHotLabels([batch], classes);
      return createTrainingStep({
        weights: [...encoder.weights, ...classifier.weights],
        operations: countEncoder(batch * patches) + countOperations(classifier.weights, () => batch),
        loss: () => {
          const logits = classifier.forward(tf.reshape(encode(cubes), [batch, inputs]), mode);
          return categoricalCrossEntropyFromLogits(truth, logits);
        },
        owned: [cubes, truth, classifier, encoder],
      });
    },
  };
}
