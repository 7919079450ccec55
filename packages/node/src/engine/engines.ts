import { isSsl3dError, type BackendPlugin, type BackendStatus } from "@ssl3d/core";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { loadPlugin } from "../plugins/load.js";
import { cpu } from "./cpu.js";

/** An engine that is installed, whether or not it can run here. */
export interface Engine {
  readonly plugin: BackendPlugin;
  /** Package that brings it. */
  readonly package: string;
  readonly status: BackendStatus;
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

async function probe(plugin: BackendPlugin): Promise<BackendStatus> {
  try {
    return await plugin.probe();
  } catch (error) {
    return failed("its probe failed", error);
  }
}

/** The status of an engine that an error keeps from computing. */
export function failed(what: string, error: unknown): BackendStatus {
  if (isSsl3dError(error)) return { status: "unavailable", reason: error.message, fix: error.fix, precisions: [] };
  return { status: "unavailable", reason: `${what}: ${error instanceof Error ? error.message : String(error)}`, precisions: [] };
}
