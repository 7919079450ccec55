import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Precision } from "@ssl3d/core";
import { threadVariables, type CellRequest, type WorkloadPlan } from "@ssl3d/node";

/** A setting of another framework that runs the same step. */
export interface Peer {
  /** Name for the table. */
  readonly engine: string;
  readonly framework: "pytorch" | "monai-unet" | "monai-basic-unet";
  readonly layout: "default" | "channels_last_3d";
  readonly precision: Precision;
}

/** PyTorch as it comes: what people run. */
export const PYTORCH_DEFAULT = "pytorch";
/** PyTorch in the memory layout that is fastest on a processor. */
export const PYTORCH_CHANNELS_LAST = "pytorch channels_last_3d";

/** PyTorch's four settings and MONAI's U-Nets: the strided one of that name and, nearer to ours, the basic one. */
export const PEERS: readonly Peer[] = [
  { engine: PYTORCH_CHANNELS_LAST, framework: "pytorch", layout: "channels_last_3d", precision: "float32" },
  { engine: PYTORCH_DEFAULT, framework: "pytorch", layout: "default", precision: "float32" },
  { engine: PYTORCH_CHANNELS_LAST, framework: "pytorch", layout: "channels_last_3d", precision: "bf16" },
  { engine: PYTORCH_DEFAULT, framework: "pytorch", layout: "default", precision: "bf16" },
  { engine: "monai UNet channels_last_3d", framework: "monai-unet", layout: "channels_last_3d", precision: "float32" },
  { engine: "monai UNet", framework: "monai-unet", layout: "default", precision: "float32" },
  { engine: "monai BasicUNet channels_last_3d", framework: "monai-basic-unet", layout: "channels_last_3d", precision: "float32" },
  { engine: "monai BasicUNet", framework: "monai-basic-unet", layout: "default", precision: "float32" },
];

/** A Python for the peers, and which of them it can run. */
export interface PeerPython {
  readonly command: string;
  readonly frameworks: readonly Peer["framework"][];
}

/** The Python that SSL3D_BENCH_PYTHON names, or undefined where it has no torch; what is missing is told to `note`. */
export function findPeerPython(note: (text: string) => void): PeerPython | undefined {
  const command = process.env["SSL3D_BENCH_PYTHON"] ?? "";
  const version = command === "" ? undefined : versionOf(command, "torch");
  if (version === undefined) {
    const found = command === "" ? "" : ` ${command} cannot import torch.`;
    note(`PyTorch is not measured: set SSL3D_BENCH_PYTHON to a Python with torch 2.13 and monai.${found}`);
    return undefined;
  }
  if (!version.startsWith("2.13.")) note(`PyTorch is ${version}; the figures in docs/performance.md are of 2.13.`);
  const hasMonai = versionOf(command, "monai") !== undefined;
  if (!hasMonai) note(`MONAI is not measured: ${command} cannot import monai.`);
  return { command, frameworks: hasMonai ? ["pytorch", "monai-unet", "monai-basic-unet"] : ["pytorch"] };
}

/** A cell that runs a peer on the network of a workload that has one. */
export function peerCell(python: PeerPython, peer: Peer, plan: WorkloadPlan, threads: number, runs: number): CellRequest {
  const { engine, framework, layout, precision } = peer;
  const order = { framework, layout, precision, threads, network: plan.network };
  const script = fileURLToPath(new URL("../../peers/train_step.py", import.meta.url));
  return {
    engine,
    precision,
    threads,
    workload: plan.name,
    runs,
    command: python.command,
    args: [script, JSON.stringify(order)],
    env: threadVariables(threads),
  };
}

function versionOf(python: string, module: string): string | undefined {
  const outcome = spawnSync(python, ["-c", `import ${module}; print(${module}.__version__)`], { encoding: "utf8" });
  return outcome.status === 0 ? outcome.stdout.trim() : undefined;
}
