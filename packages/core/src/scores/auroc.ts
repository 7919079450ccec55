/**
 * Area under the receiver operating characteristic: how often a positive case has a higher value than a negative one, ties
 * counting half (Mann and Whitney). Null where one of the two kinds is missing.
 *
 * @param positive 1 (or true) for positive cases, one a value
 */
export function areaUnderRoc(positive: ArrayLike<number | boolean>, values: ArrayLike<number>): number | null {
  if (positive.length !== values.length) {
    throw new RangeError(`Expected a value for each case, received ${values.length} for ${positive.length}.`);
  }
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    // all cases of one value share the mean of their ranks, which count from 1
    const rank = (first + 1 + end) / 2;
    for (let i = first; i < end; i++) {
      if (Number(positive[order[i]!]) !== 1) continue;
      positives++;
      rankSum += rank;
    }
    first = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * The mean over classes of the area under the curve of each class against the rest, classes alike (macro average). A class
 * that all or none of the cases have is left out; null where that leaves none.
 *
 * @param truth class of each case
 * @param probabilities [cases, classes], in C order
 */
export function macroAreaUnderRoc(truth: ArrayLike<number>, probabilities: ArrayLike<number>, classes: number): number | null {
  const areas = Array.from({ length: classes }, (_, label) => {
    const isLabel = Array.from(truth, (found) => found === label);
    return areaUnderRoc(isLabel, isLabel.map((_, i) => probabilities[i * classes + label]!));
  }).filter((area) => area !== null);
  return areas.length === 0 ? null : areas.reduce((sum, area) => sum + area, 0) / areas.length;
}
