import type { FeatureTable } from "./feature-table.js";

/**
 * The class of each row of features [rows, width] by a vote of its `neighbours` nearest samples (Euclidean distance); the nearest
 * decides between classes with as many votes.
 */
export function classifyByNeighbours(training: FeatureTable, features: Float32Array, neighbours: number): Int32Array {
  const { width, classes } = training;
  const result = new Int32Array(features.length / width);
  const count = Math.min(neighbours, classes.length);
  for (let row = 0; row < result.length; row++) {
    const nearest: { distance: number; label: number }[] = [];
    for (let sample = 0; sample < classes.length; sample++) {
      const limit = nearest.length < count ? Infinity : nearest[count - 1]!.distance;
      let distance = 0;
      for (let i = 0; i < width && distance < limit; i++) {
        distance += (features[row * width + i]! - training.features[sample * width + i]!) ** 2;
      }
      if (distance >= limit) continue;
      const place = nearest.findIndex((other) => distance < other.distance);
      nearest.splice(place < 0 ? nearest.length : place, 0, { distance, label: classes[sample]! });
      nearest.length = Math.min(nearest.length, count);
    }
    const votes = (label: number): number => nearest.filter((other) => other.label === label).length;
    result[row] = nearest.reduce((best, { label }) => (votes(label) > votes(best) ? label : best), nearest[0]!.label);
  }
  return result;
}
