/** A replacer for JSON.stringify that keeps five decimals: results are committed, and their rounding noise is not. */
export function roundNumbers(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toFixed(5)) : value;
}
