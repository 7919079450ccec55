import type { Precision } from "@ssl3d/core";
import { enginePrecision, engineUnavailable, engineUnknown } from "./errors.js";
import type { Engine } from "./engines.js";

/** An engine that goes before the one taken but was not, and why. */
export interface PassedEngine {
  readonly name: string;
  readonly reason: string;
  /** What would make it run. */
  readonly fix?: string;
}

/** The engine to take and why. */
export interface EngineChoice {
  readonly engine: Engine;
  /** One clause, for the log. */
  readonly reason: string;
  /** Engines of higher priority; none where an engine was asked for. */
  readonly passed: readonly PassedEngine[];
}

/**
 * The engine to take: the one asked for, otherwise the available one of highest priority that has the precision asked for.
 * @throws SSL3D_ENGINE_UNKNOWN, SSL3D_ENGINE_UNAVAILABLE or SSL3D_ENGINE_PRECISION, with what to do
 */
export function chooseEngine(
  engines: readonly Engine[],
  requested: { readonly name: string; readonly by: string } | undefined,
  precision?: Precision,
): EngineChoice {
  if (requested !== undefined) {
    const engine = engines.find(({ plugin }) => plugin.name === requested.name);
    if (engine === undefined) throw engineUnknown(requested.name, engines.map(({ plugin }) => plugin.name));
    if (engine.status.status !== "ok") throw engineUnavailable(requested.name, engine.status);
    if (!computesIn(engine, precision)) throw enginePrecision(precision as Precision, [engine]);
    return { engine, reason: `asked for by ${requested.by}`, passed: [] };
  }
  const able = engines.filter(({ status }) => status.status === "ok");
  const engine = able.find((one) => computesIn(one, precision));
  if (engine === undefined) throw enginePrecision(precision as Precision, able);
  const passed = engines.slice(0, engines.indexOf(engine)).map(passedOver);
  const names = passed.map(({ name }) => name).join(", ");
  return { engine, reason: names === "" ? "the fastest installed" : `the fastest that can run here; not ${names}`, passed };
}

function computesIn({ status }: Engine, precision: Precision | undefined): boolean {
  return precision === undefined || status.precisions.includes(precision);
}

function passedOver({ plugin, status }: Engine): PassedEngine {
  const without = `it computes in ${status.precisions.join(" and ")} only here`;
  const reason = status.reason ?? (status.status === "ok" ? without : "it gives no reason");
  return { name: plugin.name, reason, ...(status.fix !== undefined && { fix: status.fix }) };
}
