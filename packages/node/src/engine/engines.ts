import { validate, type BackendPlugin, type BackendStatus, type Precision } from "@ssl3d/core";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { loadPlugin } from "../plugins/load.js";
import { engineThreads, engineUnavailable, engineUnknown } from "../errors.js";
import { cpu } from "./cpu.js";

/** An engine that is installed, whether or not it can run here. */
export interface Engine {
  readonly plugin: BackendPlugin;
  /** Package that brings it. */
  readonly package: string;
  readonly status: BackendStatus;
}

/** The engine that computes. */
export interface ActiveEngine {
  readonly name: string;
  readonly version: string;
  readonly precision: Precision;
  /** Why it was taken, for the log: one clause. */
  readonly reason: string;
}

/** Every installed engine with what it says of itself, those tried first at the top. Starts none of them. */
export async function listEngines(plugins: readonly DiscoveredPlugin[]): Promise<Engine[]> {
  const engines: Engine[] = [{ plugin: cpu, package: "@ssl3d/node", status: await cpu.probe() }];
  for (const found of plugins.filter((plugin) => plugin.kind === "backend" && plugin.error === undefined)) {
    const { plugin } = await loadPlugin(found);
    if (plugin.kind !== "backend") continue;
    engines.push({ plugin, package: found.package, status: await probe(plugin) });
  }
  return engines.sort((a, b) => b.plugin.priority - a.plugin.priority);
}

/**
 * The engine to take: the one asked for, otherwise the available one of highest priority.
 * @throws SSL3D_ENGINE_UNKNOWN or SSL3D_ENGINE_UNAVAILABLE, with what to install.
 */
export function chooseEngine(
  engines: readonly Engine[],
  requested: { readonly name: string; readonly by: string } | undefined,
): { engine: Engine; reason: string } {
  if (requested !== undefined) {
    const engine = engines.find(({ plugin }) => plugin.name === requested.name);
    if (engine === undefined) throw engineUnknown(requested.name, engines.map(({ plugin }) => plugin.name));
    if (engine.status.status !== "ok") throw engineUnavailable(requested.name, engine.status);
    return { engine, reason: `asked for by ${requested.by}` };
  }
  const engine = engines.find(({ status }) => status.status === "ok") as Engine;
  const passed = engines.slice(0, engines.indexOf(engine)).map(({ plugin }) => plugin.name);
  const reason = passed.length === 0 ? "the fastest installed" : `the fastest that can run here; not ${passed.join(", ")}`;
  return { engine, reason };
}

/**
 * Starts an engine: `requested` by the caller, else the environment variable SSL3D_ENGINE, else the order of choice.
 * @throws as {@link chooseEngine}, or SSL3D_CONFIG_INVALID for options that the engine does not take.
 */
export async function activateEngine(
  plugins: readonly DiscoveredPlugin[],
  requested?: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<ActiveEngine> {
  const variable = process.env["SSL3D_ENGINE"];
  const wish =
    requested !== undefined
      ? { name: requested, by: "the configuration or --engine" }
      : variable !== undefined && variable !== ""
        ? { name: variable, by: "SSL3D_ENGINE" }
        : undefined;
  const { engine, reason } = chooseEngine(await listEngines(plugins), wish);
  await engine.plugin.activate(checkEngineOptions(engine.plugin, options));
  const { status, plugin } = engine;
  return { name: plugin.name, version: status.version ?? "unknown", precision: status.precisions[0] ?? "float32", reason };
}

/**
 * An engine's options, checked. One that knows no `threads` has a single one, so asking it for 1 is no mistake.
 * @throws SSL3D_ENGINE_THREADS, SSL3D_CONFIG_INVALID, SSL3D_CONFIG_UNKNOWN_KEY
 */
export function checkEngineOptions(plugin: BackendPlugin, options: Readonly<Record<string, unknown>>): unknown {
  const { threads, ...rest } = options;
  const hasThreads = takes(plugin, { threads: 1 });
  if (typeof threads === "number" && threads > 1 && !hasThreads) throw engineThreads(plugin.name, threads);
  return validate(plugin.options, hasThreads ? options : rest, `Options of the engine "${plugin.name}"`);
}

function takes(plugin: BackendPlugin, options: object): boolean {
  try {
    validate(plugin.options, options, plugin.name);
    return true;
  } catch {
    return false;
  }
}

async function probe(plugin: BackendPlugin): Promise<BackendStatus> {
  try {
    return await plugin.probe();
  } catch (error) {
    return {
      status: "unavailable",
      reason: `its probe failed: ${error instanceof Error ? error.message : String(error)}`,
      precisions: [],
    };
  }
}
