import { isSsl3dError, type Precision } from "@ssl3d/core";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { chooseEngine, type PassedEngine } from "./choose-engine.js";
import { checkEngineOptions, threadsOf } from "./engine-options.js";
import { failed, listEngines } from "./engines.js";

/** What is asked of the engine; whatever is left out is chosen. */
export interface EngineRequest {
  /** Name of the engine. Default: SSL3D_ENGINE, else the fastest that can run here. */
  readonly engine?: string;
  /** Number format of its arithmetic. Default: the engine's best. */
  readonly precision?: Precision;
  /** Default: the engine's choice. */
  readonly threads?: number;
}

/** The engine that computes. */
export interface ActiveEngine {
  readonly name: string;
  readonly version: string;
  readonly precision: Precision;
  /** Threads that compute; null where only the engine knows. */
  readonly threads: number | null;
  /** Why it was taken, for the log: one clause. */
  readonly reason: string;
  /** What it lacks here, such as bf16 on this processor, where it says so. */
  readonly limit?: string;
  /** Engines that go before it but were not taken. */
  readonly passed: readonly PassedEngine[];
}

/**
 * Starts an engine: the one asked for, else the one of the environment variable SSL3D_ENGINE, else the first in order of choice that
 * starts.
 * @throws SSL3D_ENGINE_UNKNOWN, SSL3D_ENGINE_UNAVAILABLE, SSL3D_ENGINE_PRECISION or SSL3D_ENGINE_THREADS
 */
export async function activateEngine(
  plugins: readonly DiscoveredPlugin[],
  request: EngineRequest = {},
  by: string = "the configuration or --engine",
): Promise<ActiveEngine> {
  const { threads } = request;
  const variable = engineVariable();
  const wish =
    request.engine !== undefined
      ? { name: request.engine, by }
      : variable !== undefined
        ? { name: variable, by: "SSL3D_ENGINE" }
        : undefined;
  const engines = await listEngines(plugins);
  for (;;) {
    const { engine, reason, passed } = chooseEngine(engines, wish, request.precision);
    const { plugin, status } = engine;
    const precision = request.precision ?? status.precisions[0] ?? "float32";
    const options = checkEngineOptions(plugin, { precision, ...(threads !== undefined && { threads }) });
    try {
      await plugin.activate(options);
    } catch (error) {
      if (wish !== undefined && isSsl3dError(error)) throw error;
      engines[engines.indexOf(engine)] = { ...engine, status: failed("it could not be started", error) };
      continue;
    }
    return {
      name: plugin.name,
      version: status.version ?? "unknown",
      precision,
      threads: threadsOf(plugin, options),
      reason,
      ...(status.reason !== undefined && { limit: status.reason }),
      passed,
    };
  }
}

/** The engine that the environment names. */
export function engineVariable(): string | undefined {
  const variable = process.env["SSL3D_ENGINE"] ?? "";
  return variable === "" ? undefined : variable;
}
