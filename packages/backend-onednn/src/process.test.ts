import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import { hasLibrary } from "./test-support.js";

const SCRIPT = fileURLToPath(new URL("testdata/process.ts", import.meta.url));
/** A process reads TypeScript first; with all of them at once on few processors that takes its time. */
const TIMEOUT = 180_000;

/** Starts a process that computes on the native engine and ends in one of the ways that processes end. */
function start(way: string): { child: ChildProcess; output: () => string; end: Promise<unknown[]> } {
  const child = spawn(process.execPath, ["--conditions=ssl3d-source", "--import", "tsx", SCRIPT, way], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (text += part.toString()));
  return { child, output: () => text, end: once(child, "close") };
}

/** Sends a signal once the process is busy in native calls; resolves to its exit code and the signal that ended it. */
async function interrupt(way: string, signal: "SIGINT" | "SIGTERM"): Promise<unknown[]> {
  const { child, end } = start(way);
  await once(child.stdout!, "data");
  child.kill(signal);
  return end;
}

describe.skipIf(!hasLibrary).concurrent("a process that computes natively", () => {
  it("ends with the code given to process.exit", { timeout: TIMEOUT }, async ({ expect }) => {
    expect(await start("exit").end).toEqual([3, null]);
  });

  it("ends with an uncaught error as any process does", { timeout: TIMEOUT }, async ({ expect }) => {
    const { output, end } = start("throw");
    expect(await end).toEqual([1, null]);
    expect(output()).toContain("Error: uncaught");
  });

  it("ends at once on Ctrl-C", { timeout: TIMEOUT }, async ({ expect }) => {
    expect(await interrupt("busy", "SIGINT")).toEqual([null, "SIGINT"]);
  });

  it("handles a signal between two native calls", { timeout: TIMEOUT }, async ({ expect }) => {
    expect(await interrupt("handle", "SIGTERM")).toEqual([5, null]);
  });

  // Without signals held back from native calls this ended in corrupted memory.
  it("survives signals in the middle of native calls", { timeout: TIMEOUT }, async ({ expect }) => {
    const { child, output, end } = start("storm");
    await once(child.stdout!, "data");
    const storm = setInterval(() => child.kill("SIGWINCH"), 1);
    expect(await end, output()).toEqual([0, null]);
    clearInterval(storm);
  });

  it("computes the same in two worker threads at once, while a third is ended in the middle of its work", { timeout: TIMEOUT }, async ({ expect }) => {
    const { output, end } = start("workers");
    expect(await end, output()).toEqual([0, null]);
    expect(output()).toContain("same");
  });
});
