import type { LinkedAddon, LinkRequest } from "@ssl3d/backend-tensorflow";
import { cac } from "cac";
import { describe, expect, it } from "vitest";
import { run } from "../program.js";
import { addLinkTensorflow } from "./link-tensorflow.js";

const LINKED: LinkedAddon = {
  package: "@tensorflow/tfjs-node",
  version: "4.22.0",
  folder: "/project/node_modules/@tensorflow/tfjs-node",
  tensorflow: { version: "2.21.0", folder: "/venv/tensorflow" },
  device: "CPU",
};

/** Runs the command with a linker of the test's own. */
async function link(args: readonly string[], linker: (request: LinkRequest) => Promise<LinkedAddon>): Promise<{ code: unknown; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  const program = cac("ssl3d");
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: (text: string) => (stderr += text) } };
  addLinkTensorflow(program, streams, (request = {}) => linker(request));
  program.parse(["node", "ssl3d", "engine link-tensorflow", ...args], { run: false });
  return { code: await (program.runMatchedCommand() as Promise<unknown>), stdout, stderr };
}

describe("ssl3d engine link-tensorflow", () => {
  it("passes on what is asked for and tells what was done", async () => {
    let asked: LinkRequest = {};
    const { stdout, stderr } = await link(["--python", "venv/bin/python", "--project", "app"], (request) => {
      asked = request;
      request.report?.("Compiling ...");
      return Promise.resolve(LINKED);
    });
    expect(asked).toMatchObject({ python: "venv/bin/python", project: "app", gpu: false, tensorflow: undefined });
    expect(stderr).toBe("Compiling ...\n");
    expect(stdout).toMatch(/tfjs-node 4\.22\.0 in .* TensorFlow 2\.21\.0; a convolution on the CPU came out right/);
  });

  it("says that a GPU was asked for but not seen, and prints JSON", async () => {
    expect((await link(["--gpu"], () => Promise.resolve(LINKED))).stderr).toContain("saw no GPU");
    expect((await link(["--gpu"], () => Promise.resolve({ ...LINKED, device: "GPU" }))).stderr).toBe("");
    expect(JSON.parse((await link(["--json"], () => Promise.resolve(LINKED))).stdout)).toEqual(LINKED);
  });

  it("exits with 130 when interrupted, and passes on other errors", async () => {
    const interrupted = await link([], ({ signal }) => {
      process.emit("SIGINT");
      return signal?.aborted === true ? Promise.reject(new Error("aborted")) : Promise.resolve(LINKED);
    });
    expect(interrupted).toMatchObject({ code: 130, stderr: "Interrupted: leaving the package as it was.\n" });
    await expect(link([], () => Promise.reject(new Error("no compiler")))).rejects.toThrow("no compiler");
  });

  it("refuses two places and unknown options as wrong usage", async () => {
    let stderr = "";
    const streams = { stdout: { write: () => true }, stderr: { write: (text: string) => (stderr += text) } };
    expect(await run(["engine", "link-tensorflow", "--python", "a", "--tensorflow", "b"], streams)).toBe(2);
    expect(await run(["engine", "link-tensorflow", "--pyton", "a"], streams)).toBe(2);
    expect(await run(["engine", "link-tensorflw"], streams)).toBe(2);
    expect(stderr).toMatch(/Give one of them[^]*Did you mean --python[^]*link-tensorflow/);
  });
});
