import type { Rank } from "@ssl3d/core";
import { leakyRelu, relu } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { distinct, fixed, normal, positive, tied, truths, whole, type Input } from "./inputs.js";
import { operation, type OperationCase } from "./operation-case.js";

const UNARY: readonly (readonly [name: string, apply: (x: Tensor) => Tensor, input: (...shape: number[]) => Input])[] = [
  ["ReLU", relu, distinct],
  ["leaky ReLU", (x) => leakyRelu(x, 0.01), distinct],
  ["tfjs' ReLU", tf.relu, distinct],
  ["tfjs' leaky ReLU", (x) => tf.leakyRelu(x, 0.1), distinct],
  ["ELU", tf.elu, distinct],
  ["sigmoid", tf.sigmoid, normal],
  ["tanh", tf.tanh, normal],
  ["softplus", tf.softplus, normal],
  ["square", tf.square, normal],
  ["square root", tf.sqrt, positive],
  ["inverse square root", tf.rsqrt, positive],
  ["exponential", tf.exp, normal],
  ["logarithm", tf.log, positive],
  ["logarithm of 1 + x", tf.log1p, positive],
  ["absolute value", tf.abs, distinct],
  ["negative", tf.neg, normal],
  ["reciprocal", tf.reciprocal, positive],
  ["sign", tf.sign, tied],
  ["step", (x) => tf.step(x), tied],
  ["clipping", (x) => tf.clipByValue(x, -1, 2), distinct],
];

const BINARY: readonly (readonly [name: string, apply: (a: Tensor, b: Tensor) => Tensor, second: (...shape: number[]) => Input])[] = [
  ["sum", tf.add, normal],
  ["difference", tf.sub, normal],
  ["product", tf.mul, normal],
  ["quotient", tf.div, positive],
];

/** Operations on every element, of images of the given rank. */
export function elementwiseCases(rank: Rank): OperationCase[] {
  const spatial = [3, 2, 5].slice(0, rank);
  const shape = [2, ...spatial, 3];
  const ones = spatial.map(() => 1);
  const partners: readonly (readonly [name: string, shape: readonly number[]])[] = [
    ["of one shape", shape],
    ["with a value per channel", [3]],
    ["with a value per image and channel", [2, ...ones, 3]],
    ["with a value per voxel", [2, ...spatial, 1]],
    ["with one number", []],
  ];
  return [
    ...UNARY.map(([name, apply, input]) => operation(name, [input(...shape)], (x) => apply(x))),
    ...BINARY.flatMap(([name, apply, second]) =>
      partners.map(([partner, other]) => operation(`${name} ${partner}`, [normal(...shape), second(...other)], (a, b) => apply(a, b))),
    ),
    operation("sum of a value per channel and an image", [normal(3), normal(...shape)], (a, b) => tf.add(a, b)),
    operation("outer product", [normal(4, 1), normal(1, 5)], (a, b) => tf.mul(a, b)),
    operation("sum of a tensor and itself", [normal(...shape)], (x) => tf.add(x, x)),
    operation("product of a tensor and itself", [normal(...shape)], (x) => tf.mul(x, x)),
    operation("sum of three", [normal(...shape), normal(...shape), normal(...shape)], (a, b, c) => tf.addN([a, b, c])),
    operation("squared difference", [normal(...shape), normal(...shape)], (a, b) => tf.squaredDifference(a, b)),
    operation("squared difference with a value per channel", [normal(...shape), normal(3)].map(fixed), (a, b) => tf.squaredDifference(a, b)),
    operation("maximum", [distinct(...shape), distinct(...shape)], (a, b) => tf.maximum(a, b)),
    operation("maximum with a value per channel", [distinct(...shape), positive(3)].map(fixed), (a, b) => tf.maximum(a, b)),
    operation("minimum with one number", [distinct(...shape), positive()].map(fixed), (a, b) => tf.minimum(a, b)),
    operation("power", [positive(...shape)], (x) => tf.pow(x, 1.5)),
    operation("choice by condition", [truths(...shape), normal(...shape), normal(...shape)], (c, a, b) => tf.where(c, a, b)),
    ...(["equal", "notEqual", "greater", "greaterEqual", "less", "lessEqual"] as const).map((name) =>
      operation(`comparison ${name}`, [fixed(tied(...shape)), fixed(tied(...shape))], (a, b) => tf[name](a, b)),
    ),
    operation("comparison of whole numbers", [whole(3, ...shape), whole(3, ...shape)], (a, b) => tf.equal(a, b)),
    operation("logical operations", [truths(...shape), truths(...shape)], (a, b) => tf.logicalOr(tf.logicalNot(a), tf.logicalAnd(a, b))),
    operation("sum of whole numbers", [whole(9, ...shape), whole(9, ...shape)], (a, b) => tf.add(a, b)),
    operation("product of whole numbers", [whole(9, ...shape), whole(9, 3)], (a, b) => tf.mul(a, b)),
  ];
}
