/** A linear axis: where values fall on the page and where its ticks are. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly position: (value: number) => number;
}

/** An axis over the values given, widened to round ticks, from page coordinate `start` to `end`. */
export function linearAxis(values: readonly number[], start: number, end: number, tickCount = 5): Axis {
  const finite = values.filter(Number.isFinite);
  const least = finite.length === 0 ? 0 : finite.reduce((a, b) => Math.min(a, b));
  const most = finite.length === 0 ? 1 : finite.reduce((a, b) => Math.max(a, b));
  const span = most > least ? most - least : Math.abs(most) || 1;
  const step = roundStep(span / tickCount);
  const low = most > least ? Math.floor(least / step + 1e-9) * step : least - step;
  const high = most > least ? Math.ceil(most / step - 1e-9) * step : most + step;
  const ticks: number[] = [];
  for (let i = 0; low + i * step <= high + step / 2; i++) ticks.push(Number((low + i * step).toPrecision(12)));
  return { low, high, ticks, position: (value) => start + ((value - low) / (high - low)) * (end - start) };
}

/** The nearest step of 1, 2 or 5 times a power of ten, not below the one given. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = step / power;
  return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

/** A short form of a number for ticks and tables. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(1);
  return String(Number(value.toPrecision(size >= 1 ? 4 : 3)));
}
