import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { STEP, type CellFailure, type CellReady, type CellStep } from "./cell-protocol.js";

/** How a cell's process is started. */
export interface CellCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process' environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A cell's process under way. */
export interface Cell {
  readonly ready: CellReady;
  /** Runs one step. Rejects where the process ended or says that it cannot. */
  step(): Promise<CellStep>;
  /** Ends the process and waits for that. */
  close(): Promise<void>;
}

/** Lines of a failed process' messages that are told. */
const TOLD_LINES = 3;

/** Starts a cell and waits until its network is built. Rejects with what the process said where that fails. */
export async function startCell({ command, args, env }: CellCommand): Promise<Cell> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-4000)));
  // A process that ended takes no more input; its end is told below.
  child.stdin.on("error", () => undefined);
  const failure = new Promise<never>((_, reject) => {
    child.on("error", (error) => reject(new Error(`${command} does not start: ${error.message}`)));
    child.on("close", (code, signal) => reject(new Error(describeEnd(code, signal, complaints))));
  });
  failure.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function receive<Message extends object>(): Promise<Message> {
    for (;;) {
      const line = await lines.next();
      if (line.done === true) return failure;
      const message = parse(line.value);
      if (message === undefined) continue;
      if ("error" in message) throw new Error((message as CellFailure).error);
      return message as Message;
    }
  }

  const close = async (): Promise<void> => {
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) await once(child, "close");
  };
  try {
    const ready = await Promise.race([receive<CellReady>(), failure]);
    return {
      ready,
      step: () => {
        child.stdin.write(`${STEP}\n`);
        return Promise.race([receive<CellStep>(), failure]);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function parse(line: string): object | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined;
  }
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null, complaints: string): string {
  const last = complaints.trim().split("\n").slice(-TOLD_LINES).join(" ");
  const end = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}${signal === "SIGKILL" ? " (out of memory?)" : ""}`;
  return `its process ${end}${last === "" ? "" : `: ${last}`}`;
}
