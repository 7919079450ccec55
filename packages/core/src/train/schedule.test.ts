import { describe, expect, it } from "vitest";
import { trainingOptions, type TrainingInput } from "./options.js";
import { learningRateAt } from "./schedule.js";

function rates(input: TrainingInput): number[] {
  const options = trainingOptions.parse({ learningRate: 2, ...input });
  return Array.from({ length: options.steps }, (_, step) => learningRateAt(step, options));
}

function expectClose(actual: number[], wanted: number[]): void {
  expect(actual).toHaveLength(wanted.length);
  actual.forEach((value, index) => expect(value).toBeCloseTo(wanted[index]!, 12));
}

describe("learningRateAt", () => {
  it("stays constant by default", () => expect(rates({ steps: 3 })).toEqual([2, 2, 2]));

  it("warms up linearly and reaches the peak in the last step of the warm-up", () => {
    expectClose(rates({ steps: 6, warmupSteps: 4 }), [0.5, 1, 1.5, 2, 2, 2]);
  });

  it("falls along a cosine to the final fraction", () => {
    expectClose(rates({ steps: 5, schedule: { name: "cosine" } }), [2, 1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2, 0]);
    expectClose(rates({ steps: 3, schedule: { name: "cosine", finalFraction: 0.1 } }), [2, 1.1, 0.2]);
  });

  it("falls along a power of a line", () => {
    expectClose(rates({ steps: 5, schedule: { name: "polynomial", power: 1 } }), [2, 1.5, 1, 0.5, 0]);
    expectClose(rates({ steps: 3, schedule: { name: "polynomial", power: 2, finalFraction: 0.5 } }), [2, 1.25, 1]);
    expect(rates({ steps: 11, schedule: { name: "polynomial" } })[5]).toBeCloseTo(2 * 0.5 ** 0.9, 12);
  });

  it("starts falling after the warm-up", () => {
    expectClose(rates({ steps: 5, warmupSteps: 2, schedule: { name: "polynomial", power: 1 } }), [1, 2, 2, 1, 0]);
  });

  it("stays finite where the warm-up is as long as the run, or longer", () => {
    for (const warmupSteps of [2, 3, 9]) {
      for (const rate of rates({ steps: 3, warmupSteps, schedule: { name: "cosine" } }))
        expect(rate).toBeGreaterThan(0);
    }
    expect(rates({ steps: 1, schedule: { name: "cosine" } })).toEqual([2]);
  });
});
