import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool } from "./buffer-pool.js";
import { evaluateSpline, splineCoefficients } from "./cubic-spline.js";

const SAMPLES = [1, 4, -2, 3, 0.5, 0, 2, 5, -1, 2, 3, -3, 1, 2, 4, 2, 0, -1, 6, 1, 1, 1, 2, -2, 3];

describe("cubic splines", () => {
  it("agree with scipy.ndimage.map_coordinates(order=3, mode='mirror')", () => {
    const coefficients = Float32Array.from(SAMPLES);
    splineCoefficients(coefficients, [5, 5]);
    const out = new Float32Array(16);
    evaluateSpline(coefficients, [5, 5], out, [4, 4], 1, new BufferPool());
    // np.linspace(1, 3, 4) along both axes
    const expected = [
      2, 5, 3.111111, -1, -1.914021, 1.735827, 2.536182, -0.011905, -2.623016, -2.323459, 1.536189, 4.437831, 0,
      -1.800265, 1.596561, 6,
    ];
    for (const [at, value] of expected.entries()) expect(out[at]).toBeCloseTo(value, 4);
  });

  it("pass through the samples, at any rank", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 3 }), fc.nat(), (size, salt) => {
        const samples = Float32Array.from(
          { length: size.reduce((a, b) => a * b, 1) },
          (_, i) => ((i * 7 + salt) % 11) - 5,
        );
        const coefficients = samples.slice();
        splineCoefficients(coefficients, size);
        const out = new Float32Array(samples.length);
        evaluateSpline(coefficients, size, out, size, 0, new BufferPool());
        for (const [at, value] of samples.entries()) expect(out[at]).toBeCloseTo(value, 3);
      }),
    );
  });
});
