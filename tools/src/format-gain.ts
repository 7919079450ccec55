/** "+0.012 [-0.010, +0.034]": a difference with its confidence interval, where there is one. */
export function formatGain({ mean, interval }: { readonly mean: number; readonly interval: readonly [low: number, high: number] | null }): string {
  const signed = (value: number): string => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(3)}`;
  return interval === null ? signed(mean) : `${signed(mean)} [${interval.map(signed).join(", ")}]`;
}
