import {
  categoricalCrossEntropy,
  categoricalCrossEntropyFromLogits,
  diceCrossEntropy,
  jaccardDistance,
  scoredDiceCrossEntropy,
  weightedCategoricalCrossEntropy,
  weightedDiceLoss,
  type Rank,
} from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { fixed, normal, oneHot, shares } from "./inputs.js";
import { operation, type OperationCase } from "./operation-case.js";

/** Losses over the voxels of images of the given rank. */
export function voxelLossCases(rank: Rank): OperationCase[] {
  const shape = (classes: number, batch = 2): number[] => [batch, ...[3, 5, 4].slice(0, rank), classes];
  return [
    ...[1, 2, 4].map((classes) => operation(`softmax over ${classes} channels`, [normal(...shape(classes))], (x) => tf.softmax(x, -1))),
    operation("logarithm of softmax over 4 channels", [normal(...shape(4))], (x) => tf.logSoftmax(x, -1)),
    ...[2, 3, 4].map((classes) =>
      operation(`Dice and cross-entropy of ${classes} classes`, [oneHot(...shape(classes, 3)), normal(...shape(classes, 3))], (y, x) =>
        diceCrossEntropy(y, x),
      ),
    ),
    operation("Dice and cross-entropy of 1 image", [oneHot(...shape(4, 1)), normal(...shape(4, 1))], (y, x) => diceCrossEntropy(y, x)),
    operation("Dice of every class", [oneHot(...shape(4)), fixed(normal(...shape(4)))], (y, x) => scoredDiceCrossEntropy(y, x).dice),
    operation("weighted Dice", [oneHot(...shape(3)), shares(...shape(3))], (y, p) => weightedDiceLoss(y, p)),
    operation("Jaccard distance", [oneHot(...shape(3)), shares(...shape(3))], (y, p) => jaccardDistance(y, p)),
    operation("weighted cross-entropy", [oneHot(...shape(3)), shares(...shape(3))], (y, p) => weightedCategoricalCrossEntropy(y, p)),
    operation("mean squared error", [normal(...shape(2)), normal(...shape(2))], (a, b) => tf.mean(tf.squaredDifference(a, b))),
  ];
}

/** Losses over examples. */
export function exampleLossCases(): OperationCase[] {
  return [
    operation("softmax of 10 classes", [normal(3, 10)], (x) => tf.softmax(x)),
    operation("cross-entropy of logits", [oneHot(3, 10), normal(3, 10)], (y, x) => categoricalCrossEntropyFromLogits(y, x)),
    operation("cross-entropy of 1 example", [oneHot(1, 100), normal(1, 100)], (y, x) => categoricalCrossEntropyFromLogits(y, x)),
    operation("cross-entropy of probabilities", [oneHot(3, 4), shares(3, 4)], (y, p) => categoricalCrossEntropy(y, p)),
    operation("binary cross-entropy of logits", [oneHot(4, 2), normal(4, 2)], (y, x) => tf.losses.sigmoidCrossEntropy(y, x)),
    operation("triplet loss", [normal(3, 6), normal(3, 6), normal(3, 6)], (anchor, near, far) => {
      const distance = (other: tf.Tensor): tf.Tensor => tf.sum(tf.squaredDifference(anchor, other), 1);
      return tf.mean(tf.maximum(tf.add(tf.sub(distance(near), distance(far)), 1), 0));
    }),
  ];
}
