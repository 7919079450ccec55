import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How many checks of a step passed, failed and were skipped. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs a command that either passes or fails as a whole; shows its output only when it fails. */
export function runCommand(name: string, command: string, args: readonly string[]): Tally {
  const started = Date.now();
  const outcome = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  const passed = outcome.status === 0;
  console.log(`${passed ? "pass" : "FAIL"}  ${name} (${seconds(started)} s)`);
  if (!passed) console.log(`${outcome.stdout}${outcome.stderr}${outcome.error?.message ?? ""}`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
  readonly success: boolean;
}

/** Runs vitest and counts its tests; a file that fails to load counts as one failure. */
export function runVitest(name: string, args: readonly string[]): Tally {
  const started = Date.now();
  const folder = mkdtempSync(join(tmpdir(), "ssl3d-check-"));
  const file = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const outcome = spawnSync("npx", ["vitest", "run", ...reporters, ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
    const report = readReport(file);
    const failed = report.success ? report.numFailedTests : Math.max(1, report.numFailedTests);
    console.log(`${failed === 0 ? "pass" : "FAIL"}  ${name}: ${report.numPassedTests} tests (${seconds(started)} s)`);
    if (failed > 0) console.log(outcome.stdout + outcome.stderr);
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readReport(file: string): VitestReport {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numFailedTestSuites: 1, success: false };
  }
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
