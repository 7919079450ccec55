import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { activate } from "./activate.js";
import type { InstalledAddon } from "./installed-addon.js";
import { chooseAddon, type Choice } from "./status.js";
import { installAddon } from "./testing/made-up-addon.js";

const TFJS = JSON.stringify(createRequire(import.meta.url).resolve("@tensorflow/tfjs-core"));
const BACKEND = `
const tf = require(${TFJS});
class Backend extends tf.KernelBackend { isUsingGpuDevice = false; dispose() {} }
tf.registerBackend("tensorflow", () => new Backend());
for (const kernelName of ["Conv3D", "Conv2DBackpropFilter", "Softmax"])
  tf.registerKernel({ kernelName, backendName: "tensorflow", kernelFunc: () => [] });
tf.setBackend("tensorflow");
`;

let project = "";
beforeEach(async () => {
  project = mkdtempSync(join(tmpdir(), "ssl3d-activate-"));
  vi.stubEnv("TF_NUM_INTRAOP_THREADS", undefined);
  vi.stubEnv("TF_CPP_MIN_LOG_LEVEL", "3");
  vi.stubEnv("TF_ENABLE_ONEDNN_OPTS", undefined);
  await tf.setBackend("cpu");
});
afterEach(() => {
  vi.unstubAllEnvs();
  if ((tf.findBackend("tensorflow") as unknown) != null) tf.removeBackend("tensorflow");
  for (const { kernelName } of tf.getKernelsForBackend("tensorflow")) tf.unregisterKernel(kernelName, "tensorflow");
  rmSync(project, { recursive: true, force: true });
});

function install(main: string): Choice {
  const folder = installAddon(project, { main });
  const addon: InstalledAddon = { package: "@tensorflow/tfjs-node", version: "4.22.0", folder, addon: "", tensorflow: "2.21.0", fault: undefined };
  return { status: { status: "ok", precisions: ["float32"] }, addon };
}

describe("activate", () => {
  it("selects the backend that the package registers, sets TensorFlow up and keeps the user's settings", async () => {
    const choice = install(BACKEND);
    expect(await activate("cpu", { threads: 2 }, choice)).toBe("tensorflow");
    expect(tf.getBackend()).toBe("tensorflow");
    expect(process.env).toMatchObject({ TF_ENABLE_ONEDNN_OPTS: "1", TF_CPP_MIN_LOG_LEVEL: "3", TF_NUM_INTRAOP_THREADS: "2" });
    const kernel = tf.getKernel("Conv3D", "tensorflow");
    await tf.setBackend("cpu");
    expect(await activate("cpu", {}, choice)).toBe("tensorflow");
    expect(tf.getKernel("Conv3D", "tensorflow")).toBe(kernel);
    await expect(activate("cpu", { threads: 3 }, choice)).rejects.toMatchObject({ code: "SSL3D_TENSORFLOW_THREADS" });
  });

  it("goes back to the backend before where TensorFlow sees no GPU", async () => {
    await expect(activate("gpu", {}, install(BACKEND))).rejects.toMatchObject({ code: "SSL3D_TENSORFLOW_NO_GPU", fault: "machine" });
    expect(tf.getBackend()).toBe("cpu");
  });

  it("says why the package cannot be loaded", async () => {
    const choice = install('throw new Error("libtensorflow_cc.so.2: cannot open shared object file: No such file or directory\\n- /a/b.js");');
    await expect(activate("cpu", {}, choice)).rejects.toMatchObject({
      code: "SSL3D_TENSORFLOW_LOAD_FAILED",
      message: expect.stringContaining("could not be loaded: libtensorflow_cc.so.2: cannot open shared object file: No such file or directory.") as string,
    });
    expect(tf.env().getBool("IS_TEST")).toBe(false);
  });

  it("notices a package whose tfjs does not share our engine", async () => {
    await expect(activate("cpu", {}, install(""))).rejects.toMatchObject({ code: "SSL3D_TENSORFLOW_OTHER_TFJS" });
  });

  it("refuses to start where its probe found nothing, with the probe's advice", async () => {
    const choice = chooseAddon("cpu", { gpu: false, find: () => undefined });
    await expect(activate("cpu", {}, choice)).rejects.toMatchObject({ code: "SSL3D_TENSORFLOW_UNAVAILABLE", fix: choice.status.fix });
  });
});
