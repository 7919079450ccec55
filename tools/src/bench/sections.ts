import type { Precision } from "@ssl3d/core";
import { engineCell, findWorkload, TASK_WORKLOADS, UNET_WORKLOADS, type CellRequest, type Engine, type WorkloadPlan } from "@ssl3d/node";
import { peerCell, PEERS, PYTORCH_CHANNELS_LAST, type Peer, type PeerPython } from "./peers.js";

/** A table of the benchmark: cells that take turns. */
export interface Section {
  /** Of the part of docs/performance.md that it fills. */
  readonly name: "training-step" | "tasks" | "growth";
  readonly cells: readonly CellRequest[];
}

/** What is measured and with what. */
export interface SectionOptions {
  /** That can run here; those of one thread among them. */
  readonly engines: readonly Engine[];
  /** None measures our engines only. */
  readonly python: PeerPython | undefined;
  readonly threads: number;
  readonly runs: number;
  /** Precisions in which peers are measured. */
  readonly peerPrecisions: readonly Precision[];
  /** Where plugins are looked for. */
  readonly cwd: string;
  readonly bundled: readonly string[];
}

/** Engines that take some ten seconds for a step are measured this often. */
const SLOW_RUNS = 2;
const SLOW_ENGINES: readonly string[] = ["wasm"];

/** The U-Net's step on every engine and peer. */
export function trainingStepSection(options: SectionOptions, workload: string): Section {
  const plan = findWorkload(workload);
  return { name: "training-step", cells: [...engineCells(options, plan), ...peerCells(options, plan, PEERS)] };
}

/** The proxy tasks' steps on every engine and on PyTorch in float32. */
export function tasksSection(options: SectionOptions): Section {
  const peers = PEERS.filter(({ framework, precision }) => framework === "pytorch" && precision === "float32");
  return { name: "tasks", cells: TASK_WORKLOADS.flatMap((plan) => [...engineCells(options, plan), ...peerCells(options, plan, peers)]) };
}

/** The U-Net's step at growing sizes with one thread and with all, on fast engines and on PyTorch channels_last_3d. */
export function growthSection(options: SectionOptions): Section {
  const peers = PEERS.filter(({ engine }) => engine === PYTORCH_CHANNELS_LAST);
  const cellsWith = (plan: WorkloadPlan, threads: number): CellRequest[] => {
    const fast = { ...options, threads, engines: options.engines.filter(({ plugin }) => !SLOW_ENGINES.includes(plugin.name)) };
    return [...engineCells(fast, plan), ...peerCells(fast, plan, peers)];
  };
  return {
    name: "growth",
    cells: UNET_WORKLOADS.flatMap((plan) => [...new Set([1, options.threads])].flatMap((threads) => cellsWith(plan, threads))),
  };
}

function engineCells({ engines, threads, runs, cwd, bundled }: SectionOptions, plan: WorkloadPlan): CellRequest[] {
  return engines.flatMap((engine) =>
    engine.status.precisions.map((precision) =>
      engineCell(engine, {
        workload: plan.name,
        precision,
        threads,
        runs: SLOW_ENGINES.includes(engine.plugin.name) ? Math.min(runs, SLOW_RUNS) : runs,
        cwd,
        bundled,
      }),
    ),
  );
}

function peerCells({ python, threads, runs, peerPrecisions }: SectionOptions, plan: WorkloadPlan, peers: readonly Peer[]): CellRequest[] {
  if (python === undefined || plan.network === undefined) return [];
  return peers
    .filter(({ framework, precision }) => python.frameworks.includes(framework) && peerPrecisions.includes(precision))
    .map((peer) => peerCell(python, peer, plan, threads, runs));
}
