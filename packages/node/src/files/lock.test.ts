import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "./lock.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-lock-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("lockFolder", () => {
  it("refuses a second holder until the first lets go", async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: "SSL3D_RUN_LOCKED", fault: "input" });
    lock.release();
    const second = await lockFolder(folder);
    second.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("refuses while another living process holds it", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    try {
      await writeFile(join(folder, ".lock"), JSON.stringify({ pid: child.pid, host: hostname(), since: "now", startTime: null }));
      await expect(lockFolder(folder)).rejects.toMatchObject({ code: "SSL3D_RUN_LOCKED", facts: { pid: child.pid } });
    } finally {
      child.kill();
    }
  });

  it("takes over from a process that died", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(join(folder, ".lock"), JSON.stringify({ pid, host: hostname(), since: "then", startTime: null }));
    (await lockFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(process.platform === "linux")("takes over where the number was given to a new process", async () => {
    const stale = { pid: process.pid, host: hostname(), since: "then", startTime: "1" };
    await writeFile(join(folder, ".lock"), JSON.stringify(stale));
    (await lockFolder(folder)).release();
  });

  it("refuses a lock of another machine and says how to remove it", async () => {
    await writeFile(join(folder, ".lock"), JSON.stringify({ pid: 1, host: "elsewhere", since: "then", startTime: null }));
    await expect(lockFolder(folder)).rejects.toMatchObject({ fix: expect.stringContaining(".lock") as string });
  });

  it("lets exactly one of many through a stale lock", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(join(folder, ".lock"), JSON.stringify({ pid, host: hostname(), since: "then", startTime: null }));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    const held = results.filter((result) => result.status === "fulfilled");
    expect(held).toHaveLength(1);
    held[0]?.value.release();
  });
});
