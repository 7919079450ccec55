import type { BackendStatus } from "@ssl3d/core";
import { hasGpu } from "./gpu.js";
import { findAddon, type InstalledAddon, type TfjsNodePackage } from "./installed-addon.js";

/** What an engine of this package computes on. */
export type Device = "cpu" | "gpu";

/** Whether an engine can run, and with which installation. */
export interface Choice {
  readonly status: BackendStatus;
  /** Undefined where it cannot. */
  readonly addon?: InstalledAddon;
}

/** What the choice is made from; found out where it is not given. */
export interface Surroundings {
  readonly gpu?: boolean;
  readonly find?: (name: TfjsNodePackage) => InstalledAddon | undefined;
}

const CPU_PACKAGE: TfjsNodePackage = "@tensorflow/tfjs-node";
const GPU_PACKAGE: TfjsNodePackage = "@tensorflow/tfjs-node-gpu";

/**
 * Chooses the installation for a device. A process can load TensorFlow once, and tfjs-node-gpu computes on the processor too
 * where there is no GPU; so at most one of the two engines can run in a place, the one on the GPU where that can.
 */
export function chooseAddon(device: Device, { gpu = hasGpu(), find = findAddon }: Surroundings = {}): Choice {
  const forGpu = find(GPU_PACKAGE);
  if (device === "gpu") {
    if (!gpu) return unavailable("there is no NVIDIA GPU here, or CUDA_VISIBLE_DEVICES hides it", "Take another engine.");
    return describe(forGpu === undefined ? [] : [forGpu], "GPU");
  }
  if (gpu && forGpu !== undefined && forGpu.fault === undefined) {
    return unavailable(
      "TensorFlow computes on the GPU here, as the engine tensorflow-gpu",
      "Set CUDA_VISIBLE_DEVICES=-1 to have it compute on the processor.",
    );
  }
  return describe([find(CPU_PACKAGE), forGpu].filter((addon) => addon !== undefined), "CPU");
}

function describe(addons: readonly InstalledAddon[], device: "CPU" | "GPU"): Choice {
  const link = `ssl3d engine link-tensorflow${device === "GPU" ? " --gpu" : ""}`;
  const addon = addons.find(({ fault }) => fault === undefined) ?? addons[0];
  if (addon === undefined) {
    const name = device === "GPU" ? GPU_PACKAGE : CPU_PACKAGE;
    return unavailable(
      `${name} is not installed`,
      `Run "${link}" in your project: it installs the package and links it to the TensorFlow that pip installed. Or run npm install ${name}, where its download of TensorFlow works.`,
    );
  }
  const name = `${addon.package} ${addon.version}`;
  if (addon.fault !== undefined) {
    const fix = addon.fault.startsWith("it is version")
      ? `Run npm install --ignore-scripts ${addon.package}@^4.22.0, then "${link}".`
      : `Run "${link}", which builds it for the TensorFlow that pip installed.`;
    return unavailable(`${name} in ${addon.folder} cannot be loaded: ${addon.fault}`, fix);
  }
  const library = addon.tensorflow === undefined ? "TensorFlow" : `TensorFlow ${addon.tensorflow}`;
  const version = `${name.replace("@tensorflow/", "")}, ${library} (${device})`;
  return { status: { status: "ok", version, precisions: ["float32"] }, addon };
}

function unavailable(reason: string, fix: string): Choice {
  return { status: { status: "unavailable", reason: `${reason}.`, fix, precisions: [] } };
}
