import type { BenchReport } from "@ssl3d/node";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProfileReport } from "../output/format-bench.js";
import { call } from "../testing/command.js";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "ssl3d-bench-"))));
afterAll(() => rm(folder, { recursive: true }));

const bench = (...args: string[]) => call(folder, "bench", "--engine", "cpu", "--workload", "conv-16-forward", "--runs", "2", ...args);

describe("ssl3d bench", () => {
  it("measures an engine in a process of its own", async () => {
    const { code, stdout } = await bench("--json");
    expect(code).toBe(0);
    const { machine, rows, failures } = JSON.parse(stdout) as BenchReport;
    expect(machine.cores).toBeGreaterThan(0);
    expect(failures).toEqual([]);
    expect(rows).toHaveLength(1);
    const [row] = rows;
    expect(row).toMatchObject({ engine: "cpu", precision: "float32", threads: 1, workload: "conv-16-forward", parameters: 27 * 16 * 16 });
    const { min, median, max } = row!.msPerStep;
    expect([min, median, max]).toEqual([min, median, max].sort((a, b) => a - b));
    expect(row!.gflops * median).toBeCloseTo((2 * 27 * 16 * 16 * 16 ** 3) / 1e6, 3);
    expect(row!.peakRssMiB).toBeGreaterThanOrEqual(row!.baselineRssMiB);
  });

  it("shows the time of each kernel", async () => {
    const { code, stdout } = await bench("--profile", "--json");
    expect(code).toBe(0);
    const { kernels, outsideKernels, msPerStep } = JSON.parse(stdout) as ProfileReport;
    expect(kernels.map(({ name, calls }) => [name, calls])).toEqual([["Conv3D", 1]]);
    expect(kernels[0]!.ms + outsideKernels.ms).toBeCloseTo(msPerStep, 6);
    expect(kernels[0]!.share + outsideKernels.share).toBeCloseTo(1, 6);
    expect((await bench("--profile")).stdout).toMatch(/Conv3D +1 .*\n.*outside kernels \(JavaScript, tape\)/);
  });

  it("refuses what it does not know or the engine does not have", async () => {
    expect(await bench("--precision", "bf16")).toMatchObject({ code: 2 });
    expect(await bench("--threads", "2")).toMatchObject({ code: 2 });
    const { code, stderr } = await call(folder, "bench", "--workload", "unet-65");
    expect([code, stderr]).toEqual([2, expect.stringContaining("unet-64")]);
  });
});
