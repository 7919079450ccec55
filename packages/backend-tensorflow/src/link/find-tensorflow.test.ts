import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installTensorflow } from "../testing/made-up-addon.js";
import { findTensorflow } from "./find-tensorflow.js";

let packages = "";
beforeEach(() => {
  packages = mkdtempSync(join(tmpdir(), "ssl3d-packages-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(packages, { recursive: true, force: true });
});

/** A Python that answers every question so. */
function python(script: string): string {
  const file = join(packages, "python");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe("findTensorflow", () => {
  it("asks the Python named", async () => {
    const folder = installTensorflow(packages);
    expect(await findTensorflow({ python: python(`echo a warning >&2; echo "tensorflow is in ${folder}/__init__.py"`) })).toEqual({ folder, version: "2.21.0" });
  });

  it.skipIf(spawnSync("python3", ["--version"]).status !== 0)("asks a real Python", async () => {
    const folder = installTensorflow(packages);
    vi.stubEnv("PYTHONPATH", packages);
    expect(await findTensorflow({})).toEqual({ folder, version: "2.21.0" });
  });

  it("takes TensorFlow's folder, or the one around it", async () => {
    const folder = installTensorflow(packages, "2.19.1");
    expect(await findTensorflow({ folder })).toEqual({ folder, version: "2.19.1" });
    expect(await findTensorflow({ folder: packages })).toEqual({ folder, version: "2.19.1" });
  });

  it("says that there is none, which is the caller's mistake where the place was named", async () => {
    const missing = { code: "SSL3D_LINK_TENSORFLOW_NOT_FOUND", fault: "input" };
    await expect(findTensorflow({ folder: packages })).rejects.toMatchObject(missing);
    await expect(findTensorflow({ python: python("echo tensorflow is in") })).rejects.toMatchObject({ ...missing, message: expect.stringContaining("has no package tensorflow") as string });
    await expect(findTensorflow({ python: join(packages, "nowhere") })).rejects.toMatchObject(missing);
    await expect(findTensorflow({ python: python("echo broken >&2; exit 3") })).rejects.toMatchObject({ ...missing, message: expect.stringContaining("broken") as string });
  });

  it("takes a folder or another program for no Python", async () => {
    const missing = (reason: string): object => ({ code: "SSL3D_LINK_TENSORFLOW_NOT_FOUND", fault: "input", message: expect.stringContaining(reason) as string });
    await expect(findTensorflow({ python: packages })).rejects.toMatchObject(missing(`of a virtual environment it is ${join(packages, "bin", "python")}`));
    for (const script of ['echo "$@"', "true", "echo 3.11"]) {
      await expect(findTensorflow({ python: python(script) })).rejects.toMatchObject(missing("does not answer as a Python does"));
    }
  });

  it("says what a TensorFlow lacks", async () => {
    const folder = installTensorflow(packages);
    rmSync(join(folder, "include", "tensorflow", "c", "eager"), { recursive: true });
    await expect(findTensorflow({ folder })).rejects.toMatchObject({
      code: "SSL3D_LINK_TENSORFLOW_INCOMPLETE",
      facts: { missing: ["include/tensorflow/c/eager/c_api.h"] },
    });
  });

  it("refuses TensorFlow 1", async () => {
    const folder = installTensorflow(packages, "1.15.5");
    await expect(findTensorflow({ folder })).rejects.toMatchObject({ message: expect.stringContaining("it is 1.15.5") as string });
  });
});
