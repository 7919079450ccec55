import { expect, it } from "vitest";
import { figuresOf } from "./run-result.js";

it("takes the last steps' means, the last validation, and the first and last probe", () => {
  const step = (number: number) => ({ type: "step", step: number, loss: number, metrics: { accuracy: number / 100 }, seconds: 0.5 });
  const lines = [
    { type: "probe", step: 0, metrics: { effectiveRank: 4 } },
    ...Array.from({ length: 40 }, (_, index) => step(index + 1)),
    { type: "validation", step: 20, loss: 9, metrics: { accuracy: 0.1 } },
    { type: "validation", step: 40, loss: 3, metrics: { accuracy: 0.6 } },
    { type: "probe", step: 40, metrics: { effectiveRank: 3 } },
  ];
  const { seconds, training, validation, before, after } = figuresOf(lines);
  expect(seconds).toBe(20);
  expect(training["loss"]).toBeCloseTo(30.5);
  expect(training["accuracy"]).toBeCloseTo(0.305);
  expect(validation).toEqual({ loss: 3, accuracy: 0.6 });
  expect([before, after]).toEqual([{ effectiveRank: 4 }, { effectiveRank: 3 }]);
});
