/**
 * Quadratic weighted kappa of paired values (Cohen 1968, doi:10.1037/h0026256): 1 less the observed squared difference over that of
 * all pairs of a truth with a prediction, which is what chance gives. Of whole numbers it equals the kappa of their confusion matrix, and
 * needs no matrix over all values in between. Null where no difference was to be expected.
 */
export function kappaOfValues(truths: readonly number[], found: readonly number[]): number | null {
  const pairs = truths.length;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const squares = sum([...truths, ...found].map((value) => value ** 2));
  const observed = sum(truths.map((value, i) => (value - found[i]!) ** 2));
  const expected = squares - (2 * sum(truths) * sum(found)) / pairs;
  return pairs === 0 || expected <= 0 ? null : 1 - observed / expected;
}
