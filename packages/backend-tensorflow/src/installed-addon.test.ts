import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findAddon } from "./installed-addon.js";
import { installAddon, installTensorflow } from "./testing/made-up-addon.js";

let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "ssl3d-addon-"));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const find = (...folders: string[]): ReturnType<typeof findAddon> => findAddon("@tensorflow/tfjs-node", folders);

describe("findAddon", () => {
  it("finds nothing where nothing is installed", () => {
    expect(find(project)).toBeUndefined();
  });

  it("finds what npm installed, from a folder within the project too, and TensorFlow's version by its file's name", () => {
    const folder = installAddon(project);
    expect(find(join(project, "src", "deep"))).toEqual({
      package: "@tensorflow/tfjs-node",
      version: "4.22.0",
      folder,
      addon: join(folder, "lib", "napi-v8", "tfjs_binding.node"),
      tensorflow: "2.9.1",
      fault: undefined,
    });
  });

  it("reads the version of pip's TensorFlow from the wheel's metadata", () => {
    const tensorflow = installTensorflow(join(project, "site-packages"));
    installAddon(project, { library: join(tensorflow, "libtensorflow_cc.so.2") });
    expect(find(project)).toMatchObject({ tensorflow: "2.21.0", fault: undefined });
  });

  it("says what is missing", () => {
    installAddon(project, { built: false });
    expect(find(project)?.fault).toBe("its native module has not been built");
  });

  it("notices that TensorFlow was moved away", () => {
    installAddon(project, { library: join(project, "gone", "libtensorflow_cc.so.2") });
    expect(find(project)).toMatchObject({ tensorflow: undefined, fault: expect.stringContaining("libtensorflow.so is missing") as string });
  });

  it("refuses another generation of tfjs", () => {
    installAddon(project, { version: "3.21.1" });
    expect(find(project)?.fault).toContain("3.21.1");
  });

  it("goes on to the next folder where the first one's cannot be loaded", () => {
    const [first, second] = [join(project, "first"), join(project, "second")];
    installAddon(first, { built: false });
    const folder = installAddon(second);
    expect(find(first, second)?.folder).toBe(folder);
    expect(find(first)?.fault).toBeDefined();
  });
});
