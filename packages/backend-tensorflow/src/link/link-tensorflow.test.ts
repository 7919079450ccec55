import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installAddon, installTensorflow } from "../testing/made-up-addon.js";
import { linkTensorflow } from "./link-tensorflow.js";

/** A tfjs-node that "convolves" to a constant. */
const computes = (value: number): string => `
module.exports = {
  ones: () => 0,
  conv3d: () => ({ dataSync: () => new Float32Array(8).fill(${value}) }),
  backend: () => ({ isUsingGpuDevice: false }),
};`;

let folder = "";
let project = "";
let tensorflow = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ssl3d-link-"));
  [project, tensorflow] = [join(folder, "project"), installTensorflow(join(folder, "packages"))];
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), "{}");
  mkdirSync(join(folder, "bin"));
  for (const name of ["g++", "make", "python3"]) tool(name, "exit 1");
  vi.stubEnv("PATH", join(folder, "bin"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function tool(name: string, script: string): void {
  const file = join(folder, "bin", name);
  writeFileSync(file, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  chmodSync(file, 0o755);
}

/** What npm does when it builds: a module, and rubbish beside it. */
const BUILDS = 'mkdir -p lib/napi-v8 build-tmp-napi-v8; echo "$LDFLAGS" > lib/napi-v8/tfjs_binding.node';

/** Whether a process runs; one that has ended but that nobody has taken note of does not. */
function isRunning(pid: string): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

describe.runIf(process.platform === "linux")("linkTensorflow", () => {
  it("installs, links, builds and proves", async () => {
    const made = join(folder, "made");
    const addon = installAddon(made, { main: computes(54) });
    for (const name of ["deps", "lib"]) rmSync(join(addon, name), { recursive: true });
    tool("npm", `if [ "$1" = install ]; then echo "$@" > asked; cp -r ${made}/node_modules .; else ${BUILDS}; fi`);
    const steps: string[] = [];
    const linked = await linkTensorflow({ project, tensorflow, report: (step) => steps.push(step) });
    const installed = join(project, "node_modules", "@tensorflow", "tfjs-node");
    expect(linked).toEqual({
      package: "@tensorflow/tfjs-node",
      version: "4.22.0",
      folder: installed,
      tensorflow: { folder: tensorflow, version: "2.21.0" },
      device: "CPU",
    });
    expect(readFileSync(join(project, "asked"), "utf8")).toContain("--ignore-scripts --no-audit --no-fund @tensorflow/tfjs-node@4.22.0");
    expect(readlinkSync(join(installed, "deps", "include"))).toBe(join(tensorflow, "include"));
    expect(readlinkSync(join(installed, "deps", "lib", "libtensorflow.so"))).toBe(join(tensorflow, "libtensorflow_cc.so.2"));
    expect(readFileSync(join(installed, "lib", "napi-v8", "tfjs_binding.node"), "utf8")).toContain(`-Wl,-rpath,${tensorflow}`);
    for (const left of ["build-tmp-napi-v8", "deps.before-link", "lib.before-link"]) expect(existsSync(join(installed, left)), left).toBe(false);
    expect(steps.join("\n")).toMatch(/Found TensorFlow 2\.21\.0.*\n.*not installed.*running npm install.*\n.*compiling.*\n.*convolution/);
  });

  /** A tfjs-node that was linked before, to another TensorFlow. */
  function linkedBefore(main: string): string {
    const addon = installAddon(project, { main });
    symlinkSync(join(folder, "packages"), join(addon, "deps", "include"));
    writeFileSync(join(addon, "lib", "napi-v8", "tfjs_binding.node"), "before");
    return addon;
  }

  function expectAsBefore(addon: string): void {
    expect(readFileSync(join(addon, "lib", "napi-v8", "tfjs_binding.node"), "utf8")).toBe("before");
    expect(readlinkSync(join(addon, "deps", "include"))).toBe(join(folder, "packages"));
    for (const left of ["build-tmp-napi-v8", "deps.before-link", "lib.before-link"]) expect(existsSync(join(addon, left)), left).toBe(false);
  }

  it("leaves the package as it was where the build fails", async () => {
    const addon = linkedBefore(computes(54));
    tool("npm", 'mkdir build-tmp-napi-v8; echo "npm warn something" >&2; echo "fatal error: node_api.h: No such file" >&2; exit 1');
    await expect(linkTensorflow({ project, tensorflow })).rejects.toMatchObject({
      code: "SSL3D_LINK_BUILD_FAILED",
      message: expect.stringContaining("fatal error: node_api.h: No such file.") as string,
    });
    expectAsBefore(addon);
  });

  it("removes links that were not there before", async () => {
    const addon = linkedBefore(computes(54));
    for (const name of ["deps", "lib"]) rmSync(join(addon, name), { recursive: true });
    tool("npm", "exit 1");
    await expect(linkTensorflow({ project, tensorflow })).rejects.toMatchObject({ code: "SSL3D_LINK_BUILD_FAILED" });
    for (const name of ["deps", "lib", "deps.before-link"]) expect(existsSync(join(addon, name)), name).toBe(false);
  });

  it("leaves it as it was where the addon does not compute, or wrongly", async () => {
    tool("npm", BUILDS);
    const addon = linkedBefore('throw new Error("undefined symbol: TF_NewStatus");');
    const failed = (reason: string): unknown => expect.objectContaining({ code: "SSL3D_LINK_PROOF_FAILED", message: expect.stringContaining(reason) as string });
    await expect(linkTensorflow({ project, tensorflow })).rejects.toEqual(failed("undefined symbol: TF_NewStatus."));
    expectAsBefore(addon);
    writeFileSync(join(addon, "dist", "index.js"), computes(53));
    await expect(linkTensorflow({ project, tensorflow })).rejects.toEqual(failed("53"));
    expectAsBefore(addon);
  });

  it("leaves it as it was when interrupted", async () => {
    const addon = linkedBefore(computes(54));
    tool("npm", `sleep 20 & echo $! > ${folder}/compiler; wait`);
    const controller = new AbortController();
    const linking = linkTensorflow({ project, tensorflow, signal: controller.signal, report: (step) => step.startsWith("Linking") && setTimeout(() => controller.abort(), 200) });
    await expect(linking).rejects.toMatchObject({ code: "SSL3D_LINK_INTERRUPTED" });
    expectAsBefore(addon);
    // What npm had started would go on writing into the package.
    expect(isRunning(readFileSync(join(folder, "compiler"), "utf8").trim())).toBe(false);
  });

  it("stops the Python that it asks when interrupted", async () => {
    linkedBefore(computes(54));
    tool("npm", "exit 1");
    tool("python3", "sleep 20");
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    await expect(linkTensorflow({ project, signal: controller.signal })).rejects.toMatchObject({ code: "SSL3D_LINK_INTERRUPTED" });
  });

  it("leaves it as it was where the system lets only some of its files be changed", async () => {
    const addon = linkedBefore(computes(54));
    tool("npm", "exit 1");
    // A folder cannot be renamed to a link; that forbids root, too.
    symlinkSync(join(folder, "nowhere"), join(addon, "lib.before-link"));
    await expect(linkTensorflow({ project, tensorflow })).rejects.toMatchObject({ code: "SSL3D_LINK_NOT_WRITABLE", fault: "machine" });
    rmSync(join(addon, "lib.before-link"));
    expectAsBefore(addon);
  });

  it("links no tfjs-node of another version than the engines work with", async () => {
    const addon = installAddon(project, { version: "3.21.1" });
    tool("npm", BUILDS);
    await expect(linkTensorflow({ project, tensorflow })).rejects.toMatchObject({
      code: "SSL3D_LINK_PACKAGE_VERSION",
      fix: expect.stringContaining("@tensorflow/tfjs-node@^4.22.0") as string,
    });
    expect(existsSync(join(addon, "deps", "include"))).toBe(false);
  });

  it("undoes an attempt that was killed half-way before it starts", async () => {
    const addon = linkedBefore(computes(54));
    tool("npm", "exit 1");
    mkdirSync(join(addon, "deps.before-link"));
    symlinkSync(join(folder, "packages"), join(addon, "deps.before-link", "include"));
    rmSync(join(addon, "deps"), { recursive: true });
    mkdirSync(join(addon, "deps"));
    await expect(linkTensorflow({ project, tensorflow })).rejects.toMatchObject({ code: "SSL3D_LINK_BUILD_FAILED" });
    expectAsBefore(addon);
  });

  it("leaves libraries that the package's own installer downloaded", async () => {
    const addon = installAddon(project);
    mkdirSync(join(addon, "deps", "include"));
    tool("npm", "exit 1");
    await expect(linkTensorflow({ project, tensorflow })).rejects.toMatchObject({ code: "SSL3D_LINK_DEPS_PRESENT" });
    expect(existsSync(join(addon, "deps", "lib", "libtensorflow.so.2.9.1"))).toBe(true);
  });

  it("checks its surroundings first", async () => {
    await expect(linkTensorflow({ project, tensorflow })).rejects.toMatchObject({ code: "SSL3D_LINK_TOOLS_MISSING", facts: { tools: ["npm"] } });
    tool("npm", 'echo "npm error code E404" >&2; exit 1');
    await expect(linkTensorflow({ project: folder, tensorflow })).rejects.toMatchObject({ code: "SSL3D_LINK_NO_PROJECT" });
    await expect(linkTensorflow({ project, tensorflow, gpu: true })).rejects.toMatchObject({
      code: "SSL3D_LINK_INSTALL_FAILED",
      message: expect.stringContaining("@tensorflow/tfjs-node-gpu") as string,
    });
    tool("npm", "printf 'npm error %s\\n' 'code EACCES' 'syscall mkdir' 'path /a' 'errno -13' 'Error: EACCES: permission denied, mkdir' 'A complete log' >&2; exit 1");
    await expect(linkTensorflow({ project, tensorflow })).rejects.toMatchObject({ message: expect.stringContaining(`${project}: npm error Error: EACCES: permission denied, mkdir.`) as string });
  });
});
