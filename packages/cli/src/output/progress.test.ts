import type { TrainingEvent } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { createProgress } from "./progress.js";

function step(number: number): TrainingEvent {
  return { type: "step", step: number, loss: 1.5, metrics: { accuracy: 0.25 }, learningRate: 0.1, gradientNorm: 1, seconds: 0.5, waitedSeconds: 0.2 };
}

function show(isTTY: boolean, seconds: readonly number[]): string {
  let text = "";
  let clock = 0;
  const progress = createProgress({ isTTY, columns: 64, write: (part) => (text += part) }, () => clock);
  progress.onEvent({ type: "start", step: 0, steps: seconds.length });
  seconds.forEach((time, index) => {
    clock = time;
    progress.onEvent(step(index + 1));
  });
  progress.log("done");
  progress.close();
  return text;
}

describe("createProgress", () => {
  it("rewrites one line on a terminal, no longer than the terminal is wide", () => {
    const text = show(true, [0, 0.1, 0.2]);
    expect(text.split("\n")).toHaveLength(2);
    const parts = text.split("\r\u001b[K");
    expect(parts).toHaveLength(5);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(64);
    expect(parts[2]).toMatch(/^step 2\/3 {2}loss 1\.500 {2}accuracy 0\.2500 {2}2\.0 steps\/s {2}1 s left {2}4$/);
  });

  it("tells what a probe measured, where it measured anything", () => {
    let text = "";
    const { onEvent } = createProgress({ write: (part) => (text += part) });
    onEvent({ type: "probe", step: 0, metrics: {}, seconds: 0 });
    onEvent({ type: "probe", step: 8, metrics: { effectiveRank: 2 }, seconds: 0 });
    expect(text).toBe("probe after step 8  effectiveRank 2.000\n");
  });

  it("writes a plain line every few seconds elsewhere, and the last step", () => {
    const lines = show(false, [0, 1, 2, 6, 7, 8]).trimEnd().split("\n");
    expect(lines.map((line) => line.slice(0, 8))).toEqual(["step 1/6", "step 4/6", "step 6/6", "done"]);
    expect(lines[0]).toContain("40 % waiting for data");
  });
});
