/** Features with their classes. */
export interface FeatureTable {
  /** [samples, width] */
  readonly features: Float32Array;
  readonly width: number;
  /** One class a sample, from 0. */
  readonly classes: Int32Array;
}

/** Both tables with each feature shifted and scaled to mean 0 and standard deviation 1 over the first; constant features become 0. */
export function standardiseFeatures(training: FeatureTable, test: FeatureTable): readonly [FeatureTable, FeatureTable] {
  const { width, features } = training;
  const count = features.length / width;
  const mean = new Float64Array(width);
  const variance = new Float64Array(width);
  for (let i = 0; i < features.length; i++) mean[i % width]! += features[i]! / count;
  for (let i = 0; i < features.length; i++) variance[i % width]! += (features[i]! - mean[i % width]!) ** 2 / count;
  const scaled = (table: FeatureTable): FeatureTable => ({
    ...table,
    features: table.features.map((value, i) => {
      const spread = variance[i % width]!;
      return spread <= 1e-12 * (1 + mean[i % width]! ** 2) ? 0 : (value - mean[i % width]!) / Math.sqrt(spread);
    }),
  });
  return [scaled(training), scaled(test)];
}
