/** How often each class was taken for each: rows are the truth, columns the prediction. */
export type ConfusionMatrix = readonly (readonly number[])[];

/**
 * Counts pairs of true and predicted class, both from 0 to `classes` - 1.
 * @throws RangeError for a class beyond that, or arrays of different lengths
 */
export function confusionMatrix(truth: ArrayLike<number>, prediction: ArrayLike<number>, classes: number): ConfusionMatrix {
  if (truth.length !== prediction.length) {
    throw new RangeError(`Expected a prediction for each truth, received ${prediction.length} for ${truth.length}.`);
  }
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const row = counts[truth[i]!];
    const found = prediction[i]!;
    if (row === undefined || !(found in row)) {
      throw new RangeError(`Expected classes from 0 to ${classes - 1}, received ${truth[i]} as truth and ${found} as prediction.`);
    }
    row[found] = row[found]! + 1;
  }
  return counts;
}

/** The mean over the classes that occur in the truth of the share found of each; null where the matrix is empty. */
export function balancedAccuracy(matrix: ConfusionMatrix): number | null {
  const recalls = matrix.flatMap((row, label) => {
    const total = sum(row);
    return total === 0 ? [] : [row[label]! / total];
  });
  return recalls.length === 0 ? null : sum(recalls) / recalls.length;
}

/**
 * Cohen's kappa with weights that grow with the square of the difference (Cohen 1968, doi:10.1037/h0026256), for grades: 1 is
 * perfect, 0 what chance agreement of the two distributions gives. Null where all cases have one grade in both, since then
 * no disagreement was to be expected.
 */
export function quadraticWeightedKappa(matrix: ConfusionMatrix): number | null {
  const total = sum(matrix.map(sum));
  const truths = matrix.map(sum);
  const predictions = matrix.map((_, column) => sum(matrix.map((row) => row[column]!)));
  let observed = 0;
  let expected = 0;
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j < matrix.length; j++) {
      const weight = (i - j) ** 2;
      observed += weight * matrix[i]![j]!;
      expected += (weight * truths[i]! * predictions[j]!) / total;
    }
  }
  return total === 0 || expected === 0 ? null : 1 - observed / expected;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
