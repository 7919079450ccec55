import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Bytes that this process can still take: the least of what the machine has left and of what each container (cgroup) around the process
 * has left. Node's own `process.availableMemory` counts the files that Linux caches for a container as used, though they make room for
 * whatever asks: a container that has read some gigabytes of volumes would seem full. It also takes version 1's soft limit, which refuses
 * nothing, for a limit, and looks neither at the containers around the innermost one nor at the machine that they share.
 *
 * @param root where /proc and /sys are; tests make their own
 */
export function availableMemory(root = "/"): number {
  const machine = numberIn(textOf(join(root, "proc/meminfo")), /^MemAvailable:\s*(\d+) kB$/m);
  if (machine === undefined) return process.availableMemory();
  return Math.min(machine * 1024, ...containersOf(root).map(leftIn));
}

/** How the two versions of Linux' control groups name what is asked of them. */
interface Names {
  /** What a group may take; where there are several, the least counts. */
  readonly limits: readonly string[];
  readonly used: string;
  /** In memory.stat, of the group and those in it: what can be had back at once. */
  readonly cached: readonly string[];
  /** Part of what is cached, but in use: programs and libraries above all. */
  readonly mapped: string;
}

const VERSION_1: Names = {
  limits: ["memory.limit_in_bytes"],
  used: "memory.usage_in_bytes",
  cached: ["total_inactive_file", "total_active_file"],
  mapped: "total_mapped_file",
};
const VERSION_2: Names = {
  // Above memory.high a process is slowed down until it hardly runs.
  limits: ["memory.max", "memory.high"],
  used: "memory.current",
  cached: ["inactive_file", "active_file", "slab_reclaimable"],
  mapped: "file_mapped",
};

interface Container {
  readonly folder: string;
  readonly names: Names;
}

/** The group that limits this process and those around it, as far as they can be seen from here. */
function containersOf(root: string): Container[] {
  const groups = textOf(join(root, "proc/self/cgroup")).split("\n").map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const group = (isIt: (controllers: string) => boolean): string | undefined => groups.find((found) => found !== null && isIt(found[1] as string))?.[2];
  const first = group((controllers) => controllers.split(",").includes("memory"));
  const path = first ?? group((controllers) => controllers === "");
  if (path === undefined) return [];
  const [mount, names] = first === undefined ? ["sys/fs/cgroup", VERSION_2] : ["sys/fs/cgroup/memory", VERSION_1];
  // Within a container the path may be the host's, of which the container sees the last part only, as the mount itself.
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  return [...parts, ""].map((_, above) => ({ folder: join(root, mount, ...parts.slice(0, parts.length - above)), names }));
}

function leftIn({ folder, names }: Container): number {
  const numberOf = (name: string): number | undefined => numberIn(textOf(join(folder, name)), /^(\d+)$/m);
  const limit = Math.min(...names.limits.map((name) => numberOf(name) ?? Infinity));
  const used = numberOf(names.used);
  // Version 1 writes the largest number that it knows where there is no limit.
  if (used === undefined || limit >= 2 ** 60) return Infinity;
  const statistics = textOf(join(folder, "memory.stat"));
  const bytes = (name: string): number => numberIn(statistics, new RegExp(`^${name} (\\d+)$`, "m")) ?? 0;
  const cached = names.cached.reduce((sum, name) => sum + bytes(name), 0);
  return Math.max(0, limit - used + Math.max(0, cached - bytes(names.mapped)));
}

function numberIn(text: string, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
