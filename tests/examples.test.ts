// Every example runs as its first lines say, and stays short.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "ssl3d-examples-"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (name: string, ...args: string[]): string =>
  execFileSync(process.execPath, ["--conditions=ssl3d-source", "--import", "tsx", join("examples", name), ...args], { encoding: "utf8" });

it("each under 80 lines", () => {
  for (const name of readdirSync("examples").filter((file) => file.endsWith(".ts"))) {
    expect(readFileSync(join("examples", name), "utf8").split("\n").length, name).toBeLessThanOrEqual(80);
  }
});

it("own-task trains a task of its own", () => {
  const losses = [...run("own-task.ts").matchAll(/loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(3);
  expect(losses.every(Number.isFinite)).toBe(true);
});

it("read-and-write brings a change back onto the scan", () => {
  const output = join(folder, "bright.nii.gz");
  expect(run("read-and-write.ts", join("packages", "data", "assets", "colin27_2mm_csf-gm-wm-t1_u8.nii.gz"), output)).toContain("opens over");
  expect(statSync(output).size).toBeGreaterThan(1000);
});
