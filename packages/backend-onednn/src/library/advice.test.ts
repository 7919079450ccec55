import { describe, expect, it } from "vitest";
import { adviseOnLoadFailure } from "./advice.js";

describe("adviseOnLoadFailure", () => {
  it("knows the package of a library that oneDNN needs", () => {
    const message = "libgomp.so.1: cannot open shared object file: No such file or directory";
    expect(adviseOnLoadFailure(message)).toBe("Install libgomp.so.1 (Debian and Ubuntu: apt-get install libgomp1; Fedora: dnf install libgomp).");
  });

  it.runIf(process.platform === "linux")("tells from the linker's own message that the library is missing", () => {
    let message = "";
    try {
      process.dlopen({ exports: {} }, "libdnnl-that-nobody-has.so.3");
    } catch (error) {
      message = (error as Error).message;
    }
    expect(adviseOnLoadFailure(message)).toMatch(/ssl3d engine fetch|docs\/engines\.md/);
  });

  it("has no advice on what it does not know", () => {
    expect(adviseOnLoadFailure("undefined symbol: dnnl_memory_create_v2")).toBeUndefined();
  });
});
