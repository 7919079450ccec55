import type { BackendPlugin, BackendProfile } from "@ssl3d/core";
import { spreadOf } from "./bench-report.js";
import { profileKernels } from "./profile-kernels.js";
import type { WorkloadPlan } from "./workload.js";

/** A part of a step. */
export interface StepPart {
  readonly name: string;
  /** Calls in a step. */
  readonly calls: number;
  /** Milliseconds in a step. */
  readonly ms: number;
  /** Of the step's time, 0 to 1. */
  readonly share: number;
}

/** Where the time of a workload's step goes, on one engine. */
export interface StepProfile {
  /** Mean of the steps under the clocks. */
  readonly msPerStep: number;
  /** Median of steps without clocks, to see what these cost. */
  readonly msPerStepUnprofiled: number;
  /** Kernels, each without those it calls; the slowest first. */
  readonly kernels: readonly StepPart[];
  /** JavaScript between kernels, gradient tape, reading of results. */
  readonly outsideKernels: Omit<StepPart, "name" | "calls">;
  /** Everything but the engine's native primitives, where it counts their time. */
  readonly outsideNative?: Omit<StepPart, "name" | "calls">;
  /** Native primitives, where the engine counts them one by one; the slowest first. */
  readonly primitives?: readonly StepPart[];
}

const WARM_UP_STEPS = 2;

/** Profiles the training step `plan` on an engine, which it makes tfjs' current one; `options` are the engine's, checked. */
export async function profileWorkload(plugin: BackendPlugin, options: unknown, plan: WorkloadPlan, steps: number): Promise<StepProfile> {
  const backend = await plugin.activate(options);
  const workload = plan.build();
  const repeat = (): void => {
    for (let step = 0; step < steps; step++) workload.run();
  };
  for (let step = 0; step < WARM_UP_STEPS; step++) workload.run();
  const plain = Array.from({ length: steps }, () => {
    const begin = performance.now();
    workload.run();
    return performance.now() - begin;
  });
  const before = plugin.profile?.();
  const { milliseconds, kernels, outsideMilliseconds } = profileKernels(backend, repeat);
  const after = plugin.profile?.();
  workload.dispose();
  const msPerStep = milliseconds / steps;
  const part = (ms: number): { ms: number; share: number } => ({ ms: ms / steps, share: ms / milliseconds });
  return {
    msPerStep,
    msPerStepUnprofiled: spreadOf(plain).median,
    kernels: kernels.map(({ name, calls, milliseconds: ms }) => ({ name, calls: calls / steps, ...part(ms) })),
    outsideKernels: part(outsideMilliseconds),
    ...(before && after && {
      outsideNative: part(milliseconds - (after.nativeMilliseconds - before.nativeMilliseconds)),
      primitives: primitivesBetween(before, after).map(({ name, calls, milliseconds: ms }) => ({ name, calls: calls / steps, ...part(ms) })),
    }),
  };
}

function primitivesBetween(before: BackendProfile, after: BackendProfile): NonNullable<BackendProfile["primitives"]> {
  const earlier = new Map(before.primitives?.map((primitive) => [primitive.name, primitive]));
  return (after.primitives ?? [])
    .map(({ name, calls, milliseconds }) => ({
      name,
      calls: calls - (earlier.get(name)?.calls ?? 0),
      milliseconds: milliseconds - (earlier.get(name)?.milliseconds ?? 0),
    }))
    .filter(({ calls }) => calls > 0)
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
