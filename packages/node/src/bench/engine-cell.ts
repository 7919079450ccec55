import { isSsl3dError, type Precision } from "@ssl3d/core";
import { fileURLToPath } from "node:url";
import { checkEngineOptions } from "../engine/engine-options.js";
import type { Engine } from "../engine/engines.js";
import type { CellRequest } from "./measure-cells.js";

/** What a cell's process is told, as JSON in its first argument. */
export interface EngineCellOrder {
  readonly engine: string;
  readonly workload: string;
  readonly threads: number;
  /** As the engine's plugin takes them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Where plugins are looked for. */
  readonly cwd: string;
  readonly bundled: readonly string[];
}

/** What is measured of an engine. */
export interface EngineCellOptions {
  readonly workload: string;
  readonly precision: Precision;
  /** Threads wanted; an engine that has one takes one. */
  readonly threads: number;
  readonly runs: number;
  readonly cwd: string;
  /** Folders of packages whose dependencies are plugins, too. */
  readonly bundled: readonly string[];
}

/**
 * A cell that runs one of our engines.
 * @throws SSL3D_ENGINE_PRECISION, SSL3D_CONFIG_INVALID for a precision or a number of threads that the engine does not take
 */
export function engineCell({ plugin }: Engine, options: EngineCellOptions): CellRequest {
  const { workload, precision, runs, cwd, bundled } = options;
  const threads = takesThreads(plugin, options.threads) ? options.threads : 1;
  const chosen = { threads, precision };
  checkEngineOptions(plugin, chosen);
  const order: EngineCellOrder = { engine: plugin.name, workload, threads, options: chosen, cwd, bundled };
  return { engine: plugin.name, precision, threads, workload, runs, ...nodeCell("cell-process", [JSON.stringify(order)]), env: threadVariables(threads) };
}

/** Environment that holds numeric libraries to a number of threads. */
export function threadVariables(threads: number): Record<string, string> {
  const count = String(threads);
  return { OMP_NUM_THREADS: count, MKL_NUM_THREADS: count, TF_NUM_INTRAOP_THREADS: count, TF_NUM_INTEROP_THREADS: "1" };
}

/** Runs a module of this folder, from source or built; from source it needs tsx to read TypeScript. */
function nodeCell(module: string, args: readonly string[]): { command: string; args: string[] } {
  const fromSource = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(new URL(`./${module}.${fromSource ? "ts" : "js"}`, import.meta.url));
  const loader = fromSource ? ["--conditions=ssl3d-source", "--import", import.meta.resolve("tsx")] : [];
  return { command: process.execPath, args: [...loader, entry, ...args] };
}

function takesThreads(plugin: Engine["plugin"], threads: number): boolean {
  try {
    checkEngineOptions(plugin, { threads });
    return true;
  } catch (error) {
    if (isSsl3dError(error) && error.code === "SSL3D_ENGINE_THREADS") return false;
    throw error;
  }
}
