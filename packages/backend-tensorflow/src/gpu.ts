import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

/** Whether a GPU of NVIDIA is there and may be used by this process. Asks neither CUDA nor TensorFlow. */
export function hasGpu(environment: NodeJS.ProcessEnv = process.env, devices = "/dev"): boolean {
  // CUDA takes this as a list of devices, of which -1 is none.
  if (/^\s*(-1.*)?$/.test(environment["CUDA_VISIBLE_DEVICES"] ?? "all")) return false;
  // /proc/driver/nvidia would also list, in a container, the host's devices that the container was not given.
  if (filesIn(devices).some((name) => /^nvidia\d+$/.test(name))) return true;
  // Windows' Linux has no such files; its driver brings the tool.
  const { stdout } = spawnSync("nvidia-smi", ["-L"], { encoding: "utf8", timeout: 10_000, env: environment }) as { stdout: string | null };
  return /^GPU \d+:/m.test(stdout ?? "");
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
