import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, startCommand, tinyPretrain, writeBytes, writeCase } from "./testing/command.js";

const STEPS = 100;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-interrupt-"));
  for (const id of ["a", "b", "c"]) await writeCase(join(folder, "scans"), id);
  await writeBytes(join(folder, "tiny.json"), JSON.stringify(tinyPretrain(STEPS)));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function finishedSteps(run: string): Promise<number[]> {
  const log = await readFile(join(folder, run, "log.jsonl"), "utf8").catch(() => "");
  return log.split("\n").flatMap((line) => (line.includes('"type":"step"') ? [(JSON.parse(line) as { step: number }).step] : []));
}

async function sumOf(...path: string[]): Promise<string> {
  return createHash("sha256").update(await readFile(join(folder, ...path))).digest("hex");
}

describe("Ctrl-C and --resume", () => {
  it("saves, exits 130 and continues to the same bits as a run that was never interrupted", async () => {
    const whole = command(folder, "pretrain", "tiny.json", "--output", "whole");
    const started = startCommand(folder, "pretrain", "tiny.json", "--output", "cut");
    while ((await finishedSteps("cut")).length < 3) await setTimeout(10);
    started.process.kill("SIGINT");
    const { code, stderr } = await started.finished;
    expect(stderr).toContain("ssl3d pretrain cut --resume");
    expect(code).toBe(130);
    const before = await finishedSteps("cut");
    expect(before.length).toBeLessThan(STEPS);
    expect(await readdir(join(folder, "cut"))).not.toContain("encoder");
    expect(await readdir(join(folder, "cut"))).not.toContain(".lock");

    const resumed = await command(folder, "pretrain", "cut", "--resume");
    expect(resumed.stderr).toContain(`continuing after step ${before.length}`);
    expect(resumed.code).toBe(0);
    expect((await whole).code).toBe(0);
    expect(await finishedSteps("cut")).toEqual(Array.from({ length: STEPS }, (_, index) => index + 1));
    expect(await sumOf("cut", "encoder", "weights.safetensors")).toBe(await sumOf("whole", "encoder", "weights.safetensors"));
    const last = `step-${String(STEPS).padStart(8, "0")}`;
    for (const file of ["weights.safetensors", "optimizer.safetensors"])
      expect(await sumOf("cut", "checkpoints", last, file)).toBe(await sumOf("whole", "checkpoints", last, file));
  });
});
