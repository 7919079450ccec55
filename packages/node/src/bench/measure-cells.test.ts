import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { spreadOf } from "./bench-report.js";
import { measureCells, type CellRequest } from "./measure-cells.js";

/** A cell as another program might be one: says what it is told to, and writes its name to a log at each step. */
const FAKE = `
  const [name, log, times, fail] = process.argv.slice(1);
  const { appendFileSync } = require("node:fs");
  console.log("a greeting that is not for us");
  if (fail === "at the start") { console.error("no such library"); process.exit(3); }
  const milliseconds = times.split(",").map(Number);
  console.log(JSON.stringify({ operations: 4e6, parameters: 7, baselineRssMiB: 50, threads: 2, version: "1.0" }));
  let step = -1;
  require("node:readline").createInterface({ input: process.stdin }).on("line", () => {
    appendFileSync(log, name);
    const ms = step < 0 ? 5000 : milliseconds[step];
    if (++step === 2 && fail === "on the way") return console.log(JSON.stringify({ error: "out of memory" }));
    console.log(JSON.stringify({ ms, cpuMs: 2 * ms, peakRssMiB: 100 + step }));
  });
`;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "ssl3d-bench-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function cell(engine: string, times: readonly number[], fail = ""): CellRequest {
  const args = ["-e", FAKE, engine, join(folder, "log"), times.join(), fail];
  return { engine, precision: "float32", threads: 2, workload: "w", runs: times.length, command: process.execPath, args };
}

const log = (): string => readFileSync(join(folder, "log"), "utf8");

describe("measureCells", () => {
  it("runs one step of each cell in turn, after one that does not count", async () => {
    const done: number[] = [];
    const { rows, failures } = await measureCells([cell("A", [3, 1, 2]), cell("B", [8, 4])], { freeMiB: () => 1e6, onProgress: (n) => done.push(n) });
    expect(log()).toBe("AB" + "AB" + "AB" + "A");
    expect(done).toEqual([1, 2, 3, 4, 5]);
    expect(failures).toEqual([]);
    expect(rows[0]).toEqual({
      engine: "A",
      version: "1.0",
      precision: "float32",
      threads: 2,
      workload: "w",
      msPerStep: { min: 1, median: 2, max: 3 },
      cpuMsPerStep: 4,
      gflops: 2,
      peakRssMiB: 103,
      baselineRssMiB: 50,
      parameters: 7,
    });
    expect(rows[1]).toMatchObject({ engine: "B", msPerStep: { min: 4, median: 6, max: 8 }, peakRssMiB: 102 });
  });

  it("measures cells one after the other where memory is short", async () => {
    const notes: string[] = [];
    const { rows } = await measureCells([cell("A", [1, 1]), cell("B", [1, 1])], { freeMiB: () => 120, onNote: (text) => notes.push(text) });
    expect(log()).toBe("AAA" + "BBB");
    expect(rows.map(({ engine }) => engine)).toEqual(["A", "B"]);
    expect(notes).toHaveLength(1);
  });

  it("tells why a cell failed, and measures the others", async () => {
    const cells = [cell("A", [1, 1], "at the start"), cell("B", [1, 1, 1], "on the way"), cell("C", [5, 5, 5])];
    const { rows, failures } = await measureCells(cells, { freeMiB: () => 1e6 });
    expect(rows.map(({ engine }) => engine)).toEqual(["C"]);
    expect(failures.map(({ engine, message }) => [engine, message])).toEqual([
      ["A", "its process ended with exit code 3: no such library"],
      ["B", "out of memory"],
    ]);
  });

  it("tells a program that does not exist", async () => {
    const { failures } = await measureCells([{ ...cell("A", [1]), command: join(folder, "no-such-program") }]);
    expect(failures[0]?.message).toContain("no-such-program does not start");
  });
});

describe("spreadOf", () => {
  it("gives the middle value, or the mean of the middle two", () => {
    expect(spreadOf([9, 1, 4])).toEqual({ min: 1, median: 4, max: 9 });
    expect(spreadOf([10, 2, 4, 3])).toEqual({ min: 2, median: 3.5, max: 10 });
    expect(spreadOf([5])).toEqual({ min: 5, median: 5, max: 5 });
  });
});
