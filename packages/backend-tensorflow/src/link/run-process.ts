import { spawn } from "node:child_process";

/** A process that has ended. */
export interface Finished {
  /** Exit code; null where it could not be started or was stopped by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams as they came, for messages. */
  readonly output: string;
}

/** Runs a command to its end without a shell. Never throws. Where it is aborted, or this process ends, so do the processes that it started. */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly environment?: NodeJS.ProcessEnv; readonly signal?: AbortSignal | undefined } = {},
): Promise<Finished> {
  const { cwd, environment = process.env, signal } = options;
  return await new Promise((resolve) => {
    let stdout = "";
    let output = "";
    // A group of its own: npm passes no signal on to the compilers that it started.
    const child = spawn(command, args, { cwd, env: environment, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const stop = (): void => stopGroup(child.pid);
    const end = (code: number | null, last = ""): void => {
      signal?.removeEventListener("abort", stop);
      process.removeListener("exit", stop);
      resolve({ code, stdout, output: `${output}${last}` });
    };
    signal?.addEventListener("abort", stop, { once: true });
    process.once("exit", stop);
    if (signal?.aborted === true) stop();
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => end(null, error.message));
    child.on("close", (code) => end(code));
  });
}

function stopGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

/** The last line of a process' output. */
export function lastLine(output: string): string {
  return output.trimEnd().split("\n").at(-1);
}

/** What a process' output says of its failure, as one sentence: the first lines that a compiler, linker or npm calls an error, else the last. */
export function lastWords(output: string): string {
  const told = output.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const errors = told.filter((line) => /\berror: |cannot find -l|^npm error (?!code|errno|syscall|path|dest|A complete log|Log files)/.test(line));
  return (errors.length > 0 ? errors.slice(0, 2) : told.slice(-2)).join(" | ").replace(/\.$/, "") || "it says nothing";
}
