import type { BenchRow } from "@ssl3d/node";
import { describe, expect, it } from "vitest";
import { checkSameNetwork, compareRows } from "./compare-rows.js";
import { PYTORCH_CHANNELS_LAST, PYTORCH_DEFAULT } from "./peers.js";

function row(engine: string, median: number, change: Partial<BenchRow> = {}): BenchRow {
  const msPerStep = { min: median / 2, median, max: 2 * median };
  const common = { version: "1", precision: "float32", threads: 2, workload: "unet-64", cpuMsPerStep: median, gflops: 1 } as const;
  return { ...common, engine, msPerStep, peakRssMiB: 1000, baselineRssMiB: 200, parameters: 5, ...change };
}

describe("compareRows", () => {
  const rows = [
    row("onednn", 80, { peakRssMiB: 700 }),
    row("onednn", 20, { precision: "bf16" }),
    row("wasm", 800, { threads: 1 }),
    row(PYTORCH_CHANNELS_LAST, 100),
    row(PYTORCH_CHANNELS_LAST, 50, { precision: "bf16", peakRssMiB: 500 }),
    row(PYTORCH_DEFAULT, 400),
    row("onednn", 10, { workload: "unet-32" }),
    row("monai UNet", 30),
  ];
  const compared = compareRows(rows).map(({ time, memory, speedUp }) => [time, memory, speedUp]);

  it("divides by PyTorch in the same precision, and PyTorch as it comes by the row", () => {
    expect(compared[0]).toEqual([0.8, 0.7, 5]);
    expect(compared[1]).toEqual([0.4, 2, 20]);
    expect(compared[3]).toEqual([1, 1, 4]);
  });

  it("holds an engine of one thread against PyTorch with all, unless that was measured with one", () => {
    expect(compared[2]).toEqual([8, 1, 0.5]);
    const alone = compareRows([...rows, row(PYTORCH_CHANNELS_LAST, 160, { threads: 1 })])[2];
    expect(alone?.time).toBe(5);
  });

  it("gives no ratio where PyTorch did not run the workload, nor for another network", () => {
    expect(compared[6]).toEqual([undefined, undefined, undefined]);
    expect(compared[7]).toEqual([undefined, undefined, undefined]);
  });
});

describe("checkSameNetwork", () => {
  it("refuses rows of another network, but for MONAI's", () => {
    expect(() => checkSameNetwork([row("onednn", 1), row("monai UNet", 1, { parameters: 4 })])).not.toThrow();
    expect(() => checkSameNetwork([row("onednn", 1), row("pytorch", 1, { parameters: 4 })])).toThrow("5 trained values on onednn, 4 on pytorch");
    expect(() => checkSameNetwork([row("onednn", 1), row("pytorch", 1, { parameters: 4, workload: "unet-32" })])).not.toThrow();
  });
});
