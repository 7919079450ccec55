import { expect, it } from "vitest";
import { quantiles } from "./quantiles.js";

it("quantiles agree with numpy.quantile", () => {
  const values = Float32Array.from([3, 1, 4, 1, 5, 9, 2, 6]);
  const expected = [1, 1, 2.1, 3.5, 8.895, 9];
  for (const [at, value] of quantiles(values, [0, 0.005, 0.3, 0.5, 0.995, 1]).entries())
    expect(value).toBeCloseTo(expected[at]!, 6);
});
