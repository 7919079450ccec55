import { isSsl3dError } from "@ssl3d/core";

/** Exit codes of the command. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** An error as the command tells it, and the exit code that goes with it. */
export interface DescribedError {
  /** For people. */
  readonly text: string;
  /** For `--json`. */
  readonly document: { readonly error: { readonly code: string; readonly message: string; readonly fix: string } };
  readonly code: number;
}

/**
 * One paragraph for errors written for people: what, where, what to do; no stack. Anything else is our own mistake and asks
 * to be reported.
 */
export function describeError(error: unknown, debug: boolean): DescribedError {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (isSsl3dError(error)) {
    const code = error.fault === "machine" ? EXIT.failed : EXIT.usage;
    return describe(error.code, error.message, error.fix, code, debug ? stack : "");
  }
  if (isCommandLineError(error)) {
    const message = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
    return describe("SSL3D_USAGE", message, "Add --help to the command to see what it takes.", EXIT.usage, debug ? stack : "");
  }
  const message = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim();
  if (OUT_OF_MEMORY.test(message)) {
    const fix = "Take a smaller size, a coarser spacing, smaller batches or patches, or a narrower network.";
    return describe("SSL3D_OUT_OF_MEMORY", `The memory does not hold what was asked for (${message}).`, fix, EXIT.failed, debug ? stack : "");
  }
  const fix =
    "This is a fault of ssl3d: please report it with what you ran" +
    (debug ? " and the lines below." : "; SSL3D_DEBUG=1 in the environment shows the details to add.");
  return describe("SSL3D_UNEXPECTED", `Something unexpected went wrong: ${message.replace(/\.$/, "")}.`, fix, EXIT.failed, debug ? stack : "");
}

function describe(code: string, message: string, fix: string, exitCode: number, stack: string): DescribedError {
  const text = `Error ${code}: ${message} ${fix}${stack === "" ? "" : `\n${stack}`}`;
  return { text, document: { error: { code, message, fix } }, code: exitCode };
}

/** How V8, WebAssembly and tfjs say that memory ran out. */
const OUT_OF_MEMORY = /invalid (typed )?array length|array buffer allocation failed|invalid array buffer length|out of memory|could not allocate|memory\.grow/i;

/** The option parser's own errors: a missing value, an unknown option, too many arguments. */
function isCommandLineError(error: unknown): error is Error {
  return error instanceof Error && error.name === "CACError";
}
