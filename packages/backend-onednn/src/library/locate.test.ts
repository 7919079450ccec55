import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheFolder } from "./cache-folder.js";
import { locateLibraries } from "./locate.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ssl3d-locate-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
  vi.stubEnv("SSL3D_ONEDNN_LIBRARY", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function place(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
}

describe("locateLibraries", () => {
  it("takes what the variable names and nothing else", () => {
    const path = join(folder, "mine.so");
    place(path);
    vi.stubEnv("SSL3D_ONEDNN_LIBRARY", path);
    expect(locateLibraries()).toEqual([{ path, source: "SSL3D_ONEDNN_LIBRARY" }]);
  });

  it("refuses a variable that names no file", () => {
    for (const path of [join(folder, "none.so"), folder]) {
      vi.stubEnv("SSL3D_ONEDNN_LIBRARY", path);
      expect(() => locateLibraries()).toThrow(expect.objectContaining({ code: "SSL3D_ONEDNN_LIBRARY_MISSING", facts: { path } }));
    }
  });

  it("names the fetched library where there is one, then the system's", () => {
    expect(locateLibraries().map(({ source }) => source)).not.toContain("fetched");
    place(join(cacheFolder(), "libdnnl.so.3"));
    const sources = locateLibraries().map(({ source }) => source);
    expect(sources.slice(-2)).toEqual(["fetched", "system"]);
  });
});

describe("cacheFolder", () => {
  it("ignores a relative XDG_CACHE_HOME", () => {
    expect(cacheFolder().startsWith(folder)).toBe(true);
    vi.stubEnv("XDG_CACHE_HOME", "relative");
    vi.stubEnv("HOME", folder);
    expect(cacheFolder().startsWith(join(folder, ".cache"))).toBe(true);
  });
});
