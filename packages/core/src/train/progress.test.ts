import { describe, expect, it } from "vitest";
import type { TrainingEvent } from "./events.js";
import { Progress } from "./progress.js";

const step = (number: number, seconds: number, waitedSeconds = 0): TrainingEvent => ({
  type: "step",
  step: number,
  loss: 1,
  metrics: {},
  learningRate: 1,
  gradientNorm: 1,
  seconds,
  waitedSeconds,
});

describe("Progress", () => {
  it("knows no rate before the first step", () => {
    const progress = new Progress();
    progress.add({ type: "start", step: 0, steps: 10 });
    expect(progress.figures()).toEqual({
      step: 0,
      steps: 10,
      stepsPerSecond: 0,
      secondsLeft: undefined,
      dataWaitShare: 0,
    });
  });

  it("gives rate, time left and the share of waiting", () => {
    const progress = new Progress();
    progress.add({ type: "start", step: 0, steps: 10 });
    progress.add(step(1, 3, 1));
    progress.add(step(2, 1, 0));
    expect(progress.figures()).toEqual({
      step: 2,
      steps: 10,
      stepsPerSecond: 0.5,
      secondsLeft: 16,
      dataWaitShare: 0.25,
    });
  });

  it("counts validations and checkpoints into the time left", () => {
    const progress = new Progress();
    progress.add({ type: "start", step: 0, steps: 10 });
    for (let number = 1; number <= 4; number++) progress.add(step(number, 2));
    progress.add({ type: "validation", step: 4, loss: 1, metrics: {}, seconds: 3 });
    progress.add({ type: "checkpoint", step: 4, location: "", seconds: 1 });
    expect(progress.figures().secondsLeft).toBeCloseTo(6 * (2 + 4 / 4), 9);
  });

  it("follows a change of speed, and a resumed run's own speed", () => {
    const progress = new Progress();
    progress.add({ type: "start", step: 100, steps: 300, resumedFrom: "somewhere" });
    progress.add(step(101, 8));
    expect(progress.figures().stepsPerSecond).toBe(1 / 8);
    for (let number = 102; number <= 200; number++) progress.add(step(number, 1));
    expect(progress.figures().stepsPerSecond).toBeCloseTo(1, 2);
    expect(progress.figures().secondsLeft).toBeCloseTo(100, 0);
  });
});
