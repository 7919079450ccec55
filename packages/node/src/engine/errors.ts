import { Ssl3dError, type BackendStatus, type Precision } from "@ssl3d/core";
import { describeEngine, type EngineDescription } from "./describe-engine.js";

/** No installed engine has the name. */
export function engineUnknown(name: string, known: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ENGINE_UNKNOWN",
    message: `There is no engine "${name}"; installed: ${known.join(", ")}.`,
    fix: `Use --engine with one of these, or leave it out to take the fastest; "ssl3d doctor" says what each can do here.`,
    facts: { name, known },
  });
}

/** The engine computes on one thread. */
export function engineThreads(name: string, threads: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ENGINE_THREADS",
    message: `The engine "${name}" computes on 1 thread, but ${threads} are asked for.`,
    fix: `Leave out "threads" (--threads), or take an engine with threads; "ssl3d doctor" lists those that are installed.`,
    facts: { name, threads },
  });
}

/** The engine asked for cannot run here. */
export function engineUnavailable(name: string, status: { readonly reason?: string; readonly fix?: string }): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ENGINE_UNAVAILABLE",
    message: `The engine "${name}" cannot run here: ${(status.reason ?? "it gives no reason").replace(/\.$/, "")}.`,
    fix: status.fix ?? `Leave out --engine to take the fastest that can, or see "ssl3d doctor".`,
    fault: "machine",
    facts: { name },
  });
}

/** None of the engines has the precision; `engines` are the one asked for, or all that can run here. */
export function enginePrecision(
  precision: Precision,
  engines: readonly { readonly plugin: { readonly name: string }; readonly status: BackendStatus }[],
): Ssl3dError {
  const tell = ({ plugin, status }: (typeof engines)[number]): string =>
    `${plugin.name} has ${status.precisions.join(" and ")}${status.reason === undefined ? "" : ` (${status.reason.replace(/\.$/, "")})`}`;
  return new Ssl3dError({
    code: "SSL3D_ENGINE_PRECISION",
    message: `No engine that may be taken computes in ${precision} here: ${engines.map(tell).join("; ")}.`,
    fix: `Leave out "precision" (--precision) to take the engine's best, or set it to one that is listed.`,
    facts: { precision, engines: engines.map(({ plugin }) => plugin.name) },
  });
}

/** The environment asks for another engine than the one that a resumed run was on. */
export function resumeOnVariable(folder: string, before: EngineDescription, variable: string): Ssl3dError {
  return resumeEngine(folder, before, {
    problem: `SSL3D_ENGINE asks for "${variable}"`,
    fix: `Unset SSL3D_ENGINE to go on with ${before.name}, or add --engine ${variable} to change the engine.`,
    fault: "input",
  });
}

/** The engine that a resumed run was on cannot go on here. */
export function resumeWithoutEngine(folder: string, before: EngineDescription, cause: Ssl3dError): Ssl3dError {
  return resumeEngine(folder, before, {
    problem: cause.message.replace(/\.$/, ""),
    fix: `${cause.fix} Or add --engine NAME (and --precision) to go on with another; "ssl3d doctor" lists them.`,
    fault: "machine",
    cause,
  });
}

function resumeEngine(
  folder: string,
  before: EngineDescription,
  { problem, ...rest }: { problem: string; fix: string; fault: "input" | "machine"; cause?: Ssl3dError },
): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_RESUME_ENGINE",
    message: `The run in ${folder} was on ${describeEngine(before)}, and on another engine it would end elsewhere than without the interruption; but: ${problem}.`,
    facts: { folder, before },
    ...rest,
  });
}
