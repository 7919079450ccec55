import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasGpu } from "./gpu.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ssl3d-gpu-"));
  for (const name of ["dev", "bin"]) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function look(environment: NodeJS.ProcessEnv = {}): boolean {
  return hasGpu({ PATH: join(folder, "bin"), ...environment }, join(folder, "dev"));
}

function tool(answer: string): void {
  const file = join(folder, "bin", "nvidia-smi");
  writeFileSync(file, `#!/bin/sh\necho "${answer}"\n`);
  chmodSync(file, 0o755);
}

describe("hasGpu", () => {
  it("finds none where there is neither a device nor NVIDIA's tool", () => {
    writeFileSync(join(folder, "dev", "nvidiactl"), "");
    expect(look()).toBe(false);
    expect(hasGpu({ PATH: "" }, join(folder, "nowhere"))).toBe(false);
  });

  it("finds a device", () => {
    writeFileSync(join(folder, "dev", "nvidia0"), "");
    expect(look()).toBe(true);
    expect(look({ CUDA_VISIBLE_DEVICES: "0,1" })).toBe(true);
  });

  it("believes NVIDIA's tool where there are no device files", () => {
    tool("GPU 0: NVIDIA H200 (UUID: GPU-1)");
    expect(look()).toBe(true);
    tool("No devices were found");
    expect(look()).toBe(false);
  });

  it("respects that GPUs are hidden from CUDA", () => {
    writeFileSync(join(folder, "dev", "nvidia0"), "");
    for (const hidden of ["", " ", "-1", "-1,0"]) expect(look({ CUDA_VISIBLE_DEVICES: hidden })).toBe(false);
  });
});
