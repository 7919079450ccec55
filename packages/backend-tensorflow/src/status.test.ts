import { describe, expect, it } from "vitest";
import type { InstalledAddon, TfjsNodePackage } from "./installed-addon.js";
import { tensorflow, tensorflowGpu } from "./plugin.js";
import { chooseAddon, type Device } from "./status.js";

const CPU = "@tensorflow/tfjs-node";
const GPU = "@tensorflow/tfjs-node-gpu";

function addon(name: TfjsNodePackage, fault?: string): InstalledAddon {
  return { package: name, version: "4.22.0", folder: `/project/node_modules/${name}`, addon: "", tensorflow: "2.21.0", fault };
}

function choose(device: Device, gpu: boolean, ...installed: InstalledAddon[]): ReturnType<typeof chooseAddon> {
  return chooseAddon(device, { gpu, find: (name) => installed.find((one) => one.package === name) });
}

describe("the engine on the processor", () => {
  it("takes tfjs-node, else tfjs-node-gpu where there is no GPU", () => {
    expect(choose("cpu", false, addon(GPU), addon(CPU))).toEqual({
      status: { status: "ok", version: "tfjs-node 4.22.0, TensorFlow 2.21.0 (CPU)", precisions: ["float32"] },
      addon: addon(CPU),
    });
    expect(choose("cpu", false, addon(GPU)).addon?.package).toBe(GPU);
    expect(choose("cpu", false, addon(GPU), addon(CPU, "broken")).addon?.package).toBe(GPU);
  });

  it("says how to install it", () => {
    const { status } = choose("cpu", false);
    expect(status).toMatchObject({ status: "unavailable", precisions: [], reason: "@tensorflow/tfjs-node is not installed." });
    expect(status.fix).toContain('"ssl3d engine link-tensorflow"');
  });

  it("says how to mend it", () => {
    const { status } = choose("cpu", false, addon(CPU, "its native module has not been built"));
    expect(status.reason).toBe("@tensorflow/tfjs-node 4.22.0 in /project/node_modules/@tensorflow/tfjs-node cannot be loaded: its native module has not been built.");
    expect(status.fix).toMatch(/^Run "ssl3d engine link-tensorflow"/);
    expect(choose("cpu", false, addon(CPU, "it is version 3.1.0, but 4.x is needed")).status.fix).toContain("npm install --ignore-scripts @tensorflow/tfjs-node@^4.22.0");
  });

  it("stands back where TensorFlow computes on a GPU, but not for a tfjs-node-gpu that cannot", () => {
    expect(choose("cpu", true, addon(GPU), addon(CPU)).status).toMatchObject({ status: "unavailable", fix: expect.stringContaining("CUDA_VISIBLE_DEVICES=-1") as string });
    expect(choose("cpu", true, addon(GPU, "broken"), addon(CPU)).status.status).toBe("ok");
    expect(choose("cpu", true, addon(CPU)).status.status).toBe("ok");
  });
});

describe("the engine on the GPU", () => {
  it("needs a GPU and tfjs-node-gpu", () => {
    expect(choose("gpu", true, addon(GPU), addon(CPU)).status).toMatchObject({ status: "ok", version: "tfjs-node-gpu 4.22.0, TensorFlow 2.21.0 (GPU)" });
    expect(choose("gpu", false, addon(GPU)).status.reason).toContain("no NVIDIA GPU");
    expect(choose("gpu", true, addon(CPU)).status).toMatchObject({
      reason: "@tensorflow/tfjs-node-gpu is not installed.",
      fix: expect.stringContaining('"ssl3d engine link-tensorflow --gpu"') as string,
    });
  });

  it("goes before the native CPU engine, whose priority is 50, and the other one behind it, but before wasm's 10", () => {
    expect(tensorflowGpu.priority).toBeGreaterThan(50);
    expect(tensorflow.priority).toBeLessThan(50);
    expect(tensorflow.priority).toBeGreaterThan(10);
  });
});
