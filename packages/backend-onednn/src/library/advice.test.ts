import { describe, expect, it } from "vitest";
import { explainFailures, type LoadFailure } from "./advice.js";

const MISSING = "Failed to load shared library: cannot open shared object file: No such file or directory";
const system: LoadFailure = { location: { path: "libdnnl.so.3", source: "system" }, message: MISSING };

function failure(source: LoadFailure["location"]["source"], message: string): LoadFailure {
  return { location: { path: "/x/libdnnl.so.3", source }, message };
}

describe("explainFailures", () => {
  it("says how to get a library where there is none", () => {
    const { reason, fix } = explainFailures([system]);
    expect(reason).toBe("no oneDNN library was found");
    expect(fix).toMatch(/ssl3d engine fetch|docs\/engines\.md/);
  });

  it("knows the package of a library that oneDNN needs", () => {
    const message = "Failed to load shared library: libgomp.so.1: cannot open shared object file: No such file or directory";
    const { reason, fix } = explainFailures([failure("fetched", message), system]);
    expect(reason).toContain("/x/libdnnl.so.3 (fetched before) cannot be used");
    expect(fix).toBe("Install libgomp.so.1 (Debian and Ubuntu: apt-get install libgomp1; Fedora: dnf install libgomp).");
    expect(explainFailures([{ ...system, message }]).fix).toBe(fix);
  });

  it("says what to do about a library that is there but of no use", () => {
    const old = "it is oneDNN 2.6.0; version 3 is needed";
    expect(explainFailures([{ ...system, message: old }])).toMatchObject({
      reason: `the oneDNN library libdnnl.so.3 (of the system) cannot be used: ${old}`,
      fix: expect.stringMatching(/ssl3d engine fetch|docs\/engines\.md/) as string,
    });
    expect(explainFailures([failure("SSL3D_ONEDNN_LIBRARY", old)]).fix).toContain("unset it");
    expect(explainFailures([failure("platform package", "file too short"), system]).fix).toContain("npm install");
  });
});
