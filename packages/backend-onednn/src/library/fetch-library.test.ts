import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fetchRelease } from "./fetch-library.js";
import type { Release } from "./release.js";
import { makeZip } from "./testdata/make-zip.js";

const wheel = makeZip({ "data/lib/x.so": "the library", "data/LICENSE": "the licence", "data/extra": "not wanted" });
const release: Release = {
  project: "some-lib",
  version: "1.0",
  onednn: "3.2.0",
  file: "some_lib-1.0.whl",
  sha256: createHash("sha256").update(wheel).digest("hex"),
  bytes: wheel.length,
  librarySha256: createHash("sha256").update("the library").digest("hex"),
  licence: "Apache-2.0",
  members: { "libdnnl.so.3": "data/lib/x.so", LICENSE: "data/LICENSE" },
};

let home = "";
let folder = "";
let server: Server | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "ssl3d-fetch-"));
  folder = join(home, "cache", "onednn-1.0");
  writeFileSync(join(home, "good.whl"), wheel);
  mkdirSync(join(home, "bin"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  server?.close();
  server = undefined;
  rmSync(home, { recursive: true });
});

/** Puts a pip of our own before every other; `download` is its answer to that command, with the target folder in $dest. */
function stubPip(download: string): void {
  const lines = ["#!/bin/sh", '[ "$3" = "--version" ] && exit 0', 'while [ "$1" != "--dest" ]; do shift; done', 'dest="$2"', download];
  writeFileSync(join(home, "bin", "python3"), `${lines.join("\n")}\n`);
  chmodSync(join(home, "bin", "python3"), 0o755);
  vi.stubEnv("PATH", `${join(home, "bin")}:${process.env["PATH"] ?? ""}`);
}

/** An index of Python packages with one file. */
async function serve(file: Buffer): Promise<string> {
  const started = createServer((request, response) => {
    const isPage = request.url === "/simple/some-lib/";
    response.end(isPage ? JSON.stringify({ files: [{ filename: release.file, url: "../../files/x.whl" }] }) : file);
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/simple/`;
}

function leftovers(): string[] {
  return existsSync(join(home, "cache")) ? readdirSync(join(home, "cache")) : [];
}

describe.skipIf(process.platform === "win32")("fetchRelease", () => {
  it("takes the library and the licence from the wheel that pip downloads, once", async () => {
    stubPip(`cp "${home}/good.whl" "$dest/${release.file}"`);
    const first = await fetchRelease(release, folder, {});
    expect(first).toMatchObject({ path: join(folder, "libdnnl.so.3"), from: "pip", fresh: true });
    expect(readFileSync(first.path, "utf8")).toBe("the library");
    expect(readdirSync(folder).sort()).toEqual(["LICENSE", "libdnnl.so.3", "origin.json"]);
    expect(JSON.parse(readFileSync(join(folder, "origin.json"), "utf8"))).toMatchObject({ from: "pip", sha256: release.sha256, licence: "Apache-2.0" });
    expect(leftovers()).toEqual(["onednn-1.0"]);

    stubPip("exit 1");
    expect(await fetchRelease(release, folder, {})).toMatchObject({ path: first.path, from: "pip", fresh: false });
  });

  it("checks a wheel that is named also where the library lies there", async () => {
    await fetchRelease(release, folder, { wheel: join(home, "good.whl") });
    writeFileSync(join(home, "bad.whl"), "junk");
    await expect(fetchRelease(release, folder, { wheel: join(home, "bad.whl") })).rejects.toMatchObject({ code: "SSL3D_ONEDNN_CHECKSUM" });
    await expect(fetchRelease(release, folder, { wheel: join(home, "none.whl") })).rejects.toMatchObject({ code: "SSL3D_ONEDNN_WHEEL" });
    expect(readFileSync(join(folder, "libdnnl.so.3"), "utf8")).toBe("the library");
  });

  it("replaces a damaged library and clears away what a killed process left", async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "libdnnl.so.3"), "half the lib");
    const abandoned = join(home, "cache", ".onednn-1.0.killed");
    mkdirSync(abandoned);
    utimesSync(abandoned, new Date(0), new Date(0));
    const { path } = await fetchRelease(release, folder, { wheel: join(home, "good.whl") });
    expect(readFileSync(path, "utf8")).toBe("the library");
    expect(leftovers()).toEqual(["onednn-1.0"]);
  });

  it("asks the index itself where there is no pip, and tells how far it is", async () => {
    vi.stubEnv("PATH", join(home, "bin"));
    const told: number[] = [];
    const index = await serve(wheel);
    const onProgress = (received: number, total: number): void => void told.push(received / total);
    const { from, path } = await fetchRelease(release, folder, { onProgress }, index);
    expect(from).toBe(new URL("../../files/x.whl", `${index}some-lib/`).href);
    expect(readFileSync(path, "utf8")).toBe("the library");
    expect(told.at(-1)).toBe(1);
  });

  it("refuses and removes a wheel with another checksum", async () => {
    vi.stubEnv("PATH", join(home, "bin"));
    const index = await serve(makeZip({ "data/lib/x.so": "another library", "data/LICENSE": "the licence" }));
    await expect(fetchRelease(release, folder, {}, index)).rejects.toMatchObject({ code: "SSL3D_ONEDNN_CHECKSUM", fault: "machine" });
    expect(leftovers()).toEqual([]);
  });

  it("says what went wrong without a network", async () => {
    vi.stubEnv("PATH", join(home, "bin"));
    const index = await serve(wheel);
    server?.close();
    server = undefined;
    const failed = { code: "SSL3D_ONEDNN_DOWNLOAD", fault: "machine" };
    await expect(fetchRelease(release, folder, {}, index)).rejects.toMatchObject(failed);
    stubPip(`echo "WARNING: retrying" >&2; echo "ERROR: No matching distribution found for some-lib==1.0" >&2; exit 1`);
    await expect(fetchRelease(release, folder, {})).rejects.toMatchObject({ ...failed, message: expect.stringMatching(/with pip: No matching/) as string });
    stubPip(`echo "WARNING: Retrying after connection broken by 'NewConnectionError(...)'" >&2; echo "ERROR: No matching distribution" >&2; exit 1`);
    await expect(fetchRelease(release, folder, {})).rejects.toMatchObject({ ...failed, message: expect.stringMatching(/no connection/) as string });
    expect(leftovers()).toEqual([]);
  });

  it("leaves nothing when it is stopped", async () => {
    stubPip('echo "a part" > "$dest/part.whl"; exec sleep 60');
    const stop = new AbortController();
    const onProgress = (received: number): void => {
      if (received > 0) stop.abort();
    };
    await expect(fetchRelease(release, folder, { signal: stop.signal, onProgress })).rejects.toMatchObject({ name: "AbortError" });
    expect(leftovers()).toEqual([]);
  });

  it("serves several processes at once", async () => {
    stubPip(`cp "${home}/good.whl" "$dest/${release.file}"`);
    const fetched = await Promise.all([1, 2, 3, 4].map(() => fetchRelease(release, folder, {})));
    for (const { path } of fetched) expect(readFileSync(path, "utf8")).toBe("the library");
    expect(leftovers()).toEqual(["onednn-1.0"]);
  });

  it("says which file it cannot read or write", async () => {
    await expect(fetchRelease(release, folder, { wheel: join(home, "none.whl") })).rejects.toMatchObject({ code: "SSL3D_ONEDNN_WHEEL" });
    const blocked = join(home, "good.whl", "onednn-1.0");
    await expect(fetchRelease(release, blocked, {})).rejects.toMatchObject({ code: "SSL3D_ONEDNN_CACHE" });
  });
});
