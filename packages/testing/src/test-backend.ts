import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import type { Check } from "./check.js";
import type { EngineUnderTest } from "./engine/engine-under-test.js";
import { memoryChecks } from "./engine/memory-checks.js";
import { nonFiniteChecks } from "./engine/non-finite-checks.js";
import { operationChecks } from "./engine/operation-checks.js";
import { stepChecks } from "./engine/step-checks.js";
import { updateChecks } from "./engine/update-checks.js";

/** How an engine is tested. */
export interface BackendTestSettings {
  /**
   * Largest difference allowed, relative to the largest magnitude of an array. Default 1e-4; bf16 needs about 2e-2. From
   * 1e-3 on inputs are drawn with few enough bits for bfloat16 to hold them exactly.
   */
  readonly tolerance?: number;
}

/**
 * The contract of engines, as checks for any test runner: every operation of training and its gradients, updates and whole
 * training steps against tfjs' cpu backend, and the care of memory. `backend` is the tfjs name that `activate` resolved to.
 * Makes the engine current, and leaves it so.
 */
export function testBackend(backend: string, settings: BackendTestSettings = {}): Check[] {
  const { tolerance = 1e-4 } = settings;
  registerGradients();
  const engine: EngineUnderTest = { backend, tolerance, coarse: tolerance >= 1e-3 };
  return [operationChecks, updateChecks, memoryChecks, nonFiniteChecks, stepChecks].flatMap((checks) => checks(engine));
}
