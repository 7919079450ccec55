import { validate, type BackendPlugin } from "@ssl3d/core";
import { enginePrecision, engineThreads } from "./errors.js";

/**
 * An engine's options, checked. One that knows no `threads` has a single one and one that knows no `precision` computes in
 * float32, so asking such an engine for 1 thread or for float32 is no mistake.
 * @throws SSL3D_ENGINE_THREADS, SSL3D_ENGINE_PRECISION, SSL3D_CONFIG_INVALID, SSL3D_CONFIG_UNKNOWN_KEY
 */
export function checkEngineOptions(plugin: BackendPlugin, options: Readonly<Record<string, unknown>>): unknown {
  const { threads, precision, ...rest } = options;
  const hasThreads = takes(plugin, { threads: 1 });
  const hasPrecision = takes(plugin, { precision: "float32" });
  if (typeof threads === "number" && threads > 1 && !hasThreads) throw engineThreads(plugin.name, threads);
  if (precision === "bf16" && !hasPrecision) throw enginePrecision(precision, [{ plugin, status: { status: "ok", precisions: ["float32"] } }]);
  const known = {
    ...rest,
    ...(threads !== undefined && hasThreads && { threads }),
    ...(precision !== undefined && hasPrecision && { precision }),
  };
  return validate(plugin.options, known, `Options of the engine "${plugin.name}"`);
}

/**
 * Threads of an engine under checked options: those its options name, 1 for an engine whose options know none, and null where
 * only the engine itself knows.
 */
export function threadsOf(plugin: BackendPlugin, checked: unknown): number | null {
  const { threads } = (checked ?? {}) as { threads?: unknown };
  if (typeof threads === "number") return threads;
  return takes(plugin, { threads: 1 }) ? null : 1;
}

function takes(plugin: BackendPlugin, options: object): boolean {
  try {
    validate(plugin.options, options, plugin.name);
    return true;
  } catch {
    return false;
  }
}
