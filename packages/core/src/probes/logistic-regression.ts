import type { FeatureTable } from "./feature-table.js";

/** Weight of half the squared coefficients beside the mean cross-entropy. */
const REGULARISATION = 1e-2;
const ITERATIONS = 300;

/**
 * Multinomial logistic regression with a small L2 penalty on standardised features, by accelerated gradient descent from zero; no
 * random numbers. Returns the most probable class of each row of features [rows, width].
 */
export function classifyByRegression(training: FeatureTable, features: Float32Array, classCount: number): Int32Array {
  const { width, classes } = training;
  const inputs = width + 1;
  const size = inputs * classCount;
  // the cross-entropy's curvature is at most half of the mean squared length of a sample, its constant input included
  const squares = training.features.reduce((sum, value) => sum + value * value, 0) / classes.length;
  const rate = 1 / (0.5 * (squares + 1) + REGULARISATION);
  let weights = new Float64Array(size);
  let ahead = weights;
  for (let iteration = 1; iteration <= ITERATIONS; iteration++) {
    const slope = gradient(training, ahead, classCount);
    const next = ahead.map((value, i) => value - rate * slope[i]!);
    const momentum = (iteration - 1) / (iteration + 2);
    const before = weights;
    ahead = next.map((value, i) => value + momentum * (value - before[i]!));
    weights = next;
  }
  return Int32Array.from({ length: features.length / width }, (_, row) => {
    const scores = scoresOf(features, row, width, weights, classCount);
    return scores.indexOf(Math.max(...scores));
  });
}

function gradient({ features, width, classes }: FeatureTable, weights: Float64Array, classCount: number): Float64Array {
  const slope = weights.map((value, i) => (i < width * classCount ? REGULARISATION * value : 0));
  for (let row = 0; row < classes.length; row++) {
    const scores = scoresOf(features, row, width, weights, classCount);
    const highest = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - highest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, label) => {
      const error = (power / total - (label === classes[row] ? 1 : 0)) / classes.length;
      for (let i = 0; i < width; i++) slope[i * classCount + label]! += error * features[row * width + i]!;
      slope[width * classCount + label]! += error;
    });
  }
  return slope;
}

function scoresOf(features: Float32Array, row: number, width: number, weights: Float64Array, classCount: number): number[] {
  return Array.from({ length: classCount }, (_, label) => {
    let score = weights[width * classCount + label]!;
    for (let i = 0; i < width; i++) score += features[row * width + i]! * weights[i * classCount + label]!;
    return score;
  });
}
