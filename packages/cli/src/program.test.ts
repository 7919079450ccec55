import { describe, expect, it } from "vitest";
import { createProgram, run } from "./program.js";

const silent = { stdout: { write: () => true }, stderr: { write: () => true } };

describe("the program", () => {
  it("describes every command and option and shows an example of each", () => {
    for (const { name, description, options, examples } of createProgram(silent).commands) {
      expect(description, name).not.toBe("");
      expect(examples.length, name).toBeGreaterThan(0);
      for (const example of examples) expect(example).toContain(`ssl3d ${name}`);
      for (const option of options) expect(option.description, `${name} --${option.name}`).not.toBe("");
    }
  });

  it("asks to report what is unexpected, with the stack only where asked for", async () => {
    let stderr = "";
    const streams = {
      stdout: {
        write: () => {
          throw new TypeError("boom");
        },
      },
      stderr: { write: (text: string) => (stderr += text) },
    };
    expect(await run(["plugins"], streams)).toBe(1);
    expect(stderr).toMatch(/unexpected.*boom.*report.*SSL3D_DEBUG=1/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("tells a lack of memory from a fault of its own", async () => {
    let stderr = "";
    const stdout = {
      write: () => {
        throw new RangeError("Invalid typed array length: 1489664000000");
      },
    };
    expect(await run(["plugins"], { stdout, stderr: { write: (text) => (stderr += text) } })).toBe(1);
    expect(stderr).toMatch(/SSL3D_OUT_OF_MEMORY.*smaller size/);
  });

  it("lists the bundled plugins", async () => {
    let stdout = "";
    expect(await run(["plugins", "--json"], { ...silent, stdout: { write: (text) => (stdout += text) } })).toBe(0);
    const { plugins } = JSON.parse(stdout) as { plugins: { kind: string; name: string; status: string }[] };
    for (const name of ["rotation", "unet", "residual", "segmentation", "brats", "nifti-folder", "wasm"])
      expect(plugins).toContainEqual(expect.objectContaining({ name, status: "ok" }));
  });
});
