import { createDense } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { countOperations } from "./count-operations.js";
import { noise } from "./noise.js";
import { createProxyEncoder, PUBLISHED_SHAPE } from "./proxy-encoder.js";
import { createTrainingStep } from "./training-step.js";
import type { WorkloadPlan } from "./workload.js";

const CODE_SIZE = 1024;
/** How much nearer the positive must be than the negative. */
const MARGIN = 1;
const ROLES = ["augmented", "original", "negative"] as const;

/** What may be set about the exemplar step. */
export interface ExemplarWorkloadOptions {
  readonly name: string;
  /** Edge of a volume, voxels. */
  readonly side: number;
  /** Triplets in a step. */
  readonly batch: number;
}

/**
 * A training step of the original's exemplar task: the augmented, the original and another volume through one encoder, one after
 * the other, each through a sigmoid layer of its own to a code; triplet loss, Adam.
 */
export function exemplarWorkload({ name, side, batch }: ExemplarWorkloadOptions): WorkloadPlan {
  return {
    name,
    summary: `triplets of ${side}^3, batch ${batch}`,
    network: { name: "exemplar", side, batch, ...PUBLISHED_SHAPE },
    build: () => {
      const { encoder, random, mode, outputs, encode, countOperations: countEncoder } = createProxyEncoder(side);
      const heads = ROLES.map((role) =>
        createDense({ name: role, inputs: outputs, outputs: CODE_SIZE, activation: "sigmoid", random: random.split(role) }),
      );
      const volumes = ROLES.map(() => noise([batch, side, side, side, 1]));
      const headWeights = heads.flatMap(({ weights }) => weights);
      return createTrainingStep({
        weights: [...encoder.weights, ...headWeights],
        operations: countEncoder(ROLES.length * batch) + countOperations(headWeights, () => batch),
        loss: () => {
          const [augmented, original, negative] = heads.map((head, i) => head.forward(encode(volumes[i]!), mode));
          const distanceTo = (code: tf.Tensor): tf.Tensor => tf.mean(tf.squaredDifference(augmented!, code), -1);
          return tf.mean<tf.Scalar>(tf.relu(tf.add(tf.sub(distanceTo(original!), distanceTo(negative!)), MARGIN)));
        },
        owned: [...volumes, ...heads, encoder],
      });
    },
  };
}
