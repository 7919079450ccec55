import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { availableMemory } from "./available-memory.js";

const MIB = 2 ** 20;
/** What version 1 writes where there is no limit. */
const NO_LIMIT = 9223372036854771712n;

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ssl3d-memory-"));
  write("proc/meminfo", `MemTotal:       ${32 * 1024 * 1024} kB\nMemFree:          512 kB\nMemAvailable:   ${20_000 * 1024} kB\n`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string | number | bigint): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof text === "string" ? text : `${text}\n`);
}

interface Group {
  readonly limit: number | "max";
  readonly used: number;
  readonly inactive?: number;
  readonly active?: number;
  readonly mapped?: number;
  readonly slab?: number;
}

/** A group of version 2, in MiB. */
function version2(path: string, { limit, used, inactive = 0, active = 0, mapped = 0, slab = 0 }: Group): void {
  const folder = join("sys/fs/cgroup", path);
  write(join(folder, "memory.max"), limit === "max" ? "max\n" : limit * MIB);
  write(join(folder, "memory.high"), "max\n");
  write(join(folder, "memory.current"), used * MIB);
  const statistics = { anon: (used - inactive - active) * MIB, file: (inactive + active) * MIB, file_mapped: mapped * MIB, inactive_anon: 7, active_anon: 9 };
  const cached = { inactive_file: inactive * MIB, active_file: active * MIB, slab_reclaimable: slab * MIB, workingset_refault_file: 3 };
  write(join(folder, "memory.stat"), Object.entries({ ...statistics, ...cached }).map(([name, value]) => `${name} ${value}\n`).join(""));
}

/** A group of version 1, in MiB; the figures without total_ leave out the groups within. */
function version1(path: string, { limit, used, inactive = 0, active = 0, mapped = 0 }: Group): void {
  const folder = join("sys/fs/cgroup/memory", path);
  write(join(folder, "memory.limit_in_bytes"), limit === "max" ? NO_LIMIT : limit * MIB);
  write(join(folder, "memory.soft_limit_in_bytes"), MIB);
  write(join(folder, "memory.usage_in_bytes"), used * MIB);
  const statistics = { inactive_file: 1, active_file: 1, mapped_file: 1, total_mapped_file: mapped * MIB, total_inactive_file: inactive * MIB, total_active_file: active * MIB };
  write(join(folder, "memory.stat"), Object.entries(statistics).map(([name, value]) => `${name} ${value}\n`).join(""));
}

function availableMiB(): number {
  return availableMemory(root) / MIB;
}

describe("availableMemory", () => {
  it("is the machine's where there are no groups, or none with a limit", () => {
    expect(availableMiB()).toBe(20_000);
    write("proc/self/cgroup", "0::/user.slice/session.scope\n");
    version2("user.slice/session.scope", { limit: "max", used: 900 });
    expect(availableMiB()).toBe(20_000);
    write("proc/self/cgroup", "5:memory:/user\n1:name=systemd:/\n0::/\n");
    version1("user", { limit: "max", used: 900 });
    expect(availableMiB()).toBe(20_000);
  });

  it("does not count cached files of a container as used (version 2)", () => {
    write("proc/self/cgroup", "0::/\n");
    version2("", { limit: 4096, used: 4090, inactive: 2500, active: 1000 });
    expect(availableMiB()).toBe(6 + 3500);
    version2("", { limit: 4096, used: 4090, inactive: 2500, active: 1000, mapped: 200, slab: 50 });
    expect(availableMiB()).toBe(6 + 3500 - 200 + 50);
    version2("", { limit: 4096, used: 4090 });
    expect(availableMiB()).toBe(6);
  });

  it("does not count cached files of a container as used (version 1), and is not held by the soft limit", () => {
    write("proc/self/cgroup", "9:name=systemd:/x\n4:cpu,memory:/box\n0::/x\n");
    version1("box", { limit: 2048, used: 2048, inactive: 1200, active: 300, mapped: 100 });
    expect(availableMiB()).toBe(1400);
  });

  it("finds the container's own limit where the path is the host's", () => {
    write("proc/self/cgroup", "4:memory:/docker/0123abcd\n");
    version1("", { limit: 1024, used: 1000, inactive: 400 });
    expect(availableMiB()).toBe(424);
    rmSync(join(root, "sys"), { recursive: true });
    write("proc/self/cgroup", "0::/../../kubepods/pod1\n");
    version2("", { limit: 1024, used: 1000, active: 300 });
    expect(availableMiB()).toBe(324);
  });

  it("is held by a group around the innermost one, and by memory.high", () => {
    write("proc/self/cgroup", "0::/pod/container\n");
    version2("pod/container", { limit: "max", used: 100 });
    version2("pod", { limit: 1000, used: 700, inactive: 100 });
    expect(availableMiB()).toBe(400);
    write("sys/fs/cgroup/pod/container/memory.high", 250 * MIB);
    expect(availableMiB()).toBe(150);
  });

  it("is the machine's where that has less than the container may take", () => {
    write("proc/self/cgroup", "0::/\n");
    version2("", { limit: 100_000, used: 10 });
    expect(availableMiB()).toBe(20_000);
  });

  it("is 0, not less, in a container that is over its limit, and Node's figure where nothing can be read", () => {
    write("proc/self/cgroup", "0::/\n");
    version2("", { limit: 100, used: 120 });
    expect(availableMiB()).toBe(0);
    expect(availableMemory(join(root, "nowhere"))).toBeGreaterThan(0);
  });
});
