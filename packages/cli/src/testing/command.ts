import { createRandom } from "@ssl3d/core";
import { createVolume, writeNifti } from "@ssl3d/data";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../program.js";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");

/** What a command left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Started {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** Starts the real command, from source, in a folder. */
export function startCommand(cwd: string, ...args: readonly string[]): Started {
  const child = spawn(process.execPath, ["--conditions=ssl3d-source", "--import", TSX, MAIN, ...args], {
    cwd,
    env: { ...process.env, SSL3D_ENGINE: "cpu", SSL3D_DEBUG: "", NODE_OPTIONS: "" },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { process: child, finished };
}

/** Runs the real command to its end. */
export async function command(cwd: string, ...args: readonly string[]): Promise<Finished> {
  return await startCommand(cwd, ...args).finished;
}

/** Runs the command in this process, from a folder. Not for use by concurrent tests. */
export async function call(cwd: string, ...args: readonly string[]): Promise<Finished> {
  const before = process.cwd();
  let stdout = "";
  let stderr = "";
  process.chdir(cwd);
  try {
    const code = await run(args, {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
    });
    return { code, stdout, stderr };
  } finally {
    process.chdir(before);
  }
}

/** Writes a small volume of noise with a bright block where its labels are 1. */
export async function writeCase(folder: string, id: string, change: { labelDepth?: number; nan?: boolean } = {}): Promise<void> {
  const { labelDepth = 8, nan = false } = change;
  const random = createRandom(id);
  const noise = Float32Array.from({ length: 512 }, (_, index) => random.normal() + (index % 8 < 3 ? 4 : 0));
  if (nan) noise[100] = NaN;
  const labels = Uint8Array.from({ length: labelDepth * 64 }, (_, index) => (index % 8 < 3 ? 1 : 0));
  await writeBytes(join(folder, `${id}.nii.gz`), await writeNifti(createVolume({ voxels: noise, size: [8, 8, 8] })));
  await writeBytes(
    join(folder, "labels", `${id}.nii.gz`),
    await writeNifti(createVolume({ voxels: labels, size: [labelDepth, 8, 8] })),
  );
}

/** Writes a file and the folders above it. */
export async function writeBytes(path: string, data: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, data);
}

/** A pretraining that takes milliseconds a step. */
export function tinyPretrain(steps: number): Record<string, unknown> {
  return {
    task: { name: "rotation", options: { widths: [4] } },
    encoder: { name: "unet", options: { filters: 2, levels: 1 } },
    data: { path: "scans", dataset: { name: "nifti-folder", options: { labels: "labels" } } },
    training: { steps },
    validationFraction: 0,
  };
}
