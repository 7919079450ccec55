import koffi from "koffi";

/** What the native engine needs of the operating system: memory, the thread pool's size, and libraries that stay loaded. */
export interface Platform {
  /** Address of `bytes` bytes, 0n where there is no memory left. */
  allocate(bytes: number): bigint;
  free(address: bigint, bytes: number): void;
  /** A function of the OpenMP runtime, where the system cannot tell which one a library computes with. */
  findOpenMp(name: string, result: string, parameters: string[]): Function | undefined;
  /** Holds signals back from this thread, and from threads that it starts, until `admitSignals`. */
  blockSignals(): void;
  admitSignals(): void;
  /** Keeps a library in memory until the process ends. */
  pin(path: string): void;
}

export type Function = (...values: unknown[]) => unknown;

/** Alignment of memory: a cache line, which is also the width of the widest vector. */
const ALIGNMENT = 64;
/**
 * From here on memory is mapped by itself, so that it goes back to the system when it is freed; and Linux backs it by pages of 2 MiB, which
 * saves page faults and misses of the address cache.
 */
const LARGE_PAGE = 2 ** 21;
const MADV_HUGEPAGE = 14;
const READ_AND_WRITE = 3;
const PRIVATE_AND_ANONYMOUS = { linux: 0x22, darwin: 0x1002 } as const;
/** Without it the process would crash at its end: OpenMP's threads outlive the unloading of the library. */
const RTLD_NODELETE = { linux: 0x1000, darwin: 0x80 } as const;
const RTLD_NOW = 2;
/** Room for a set of signals. */
const SIGNAL_SET = 128;
const SET_MASK = { linux: 2, darwin: 3 } as const;

/**
 * OpenMP's threads wait for each other by spinning, by default for milliseconds: with fewer free cores than threads, which is what data
 * workers lead to, most of the time is then spent waiting for a thread that is not running. Turns of the loop until a thread sleeps:
 */
const SPIN = "5000";

/** The functions of this operating system. */
export function openPlatform(): Platform {
  if (process.env["OMP_WAIT_POLICY"] === undefined) process.env["GOMP_SPINCOUNT"] ??= SPIN;
  return process.platform === "win32" ? openWindows() : openPosix();
}

function openPosix(): Platform {
  const isLinux = process.platform === "linux";
  const system = koffi.load(isLinux ? "libc.so.6" : "/usr/lib/libSystem.B.dylib");
  const allocate = system.func("aligned_alloc", "void *", ["size_t", "size_t"]) as unknown as Function;
  const free = system.func("free", "void", ["void *"]) as unknown as Function;
  const map = system.func("mmap", "intptr_t", ["void *", "size_t", "int", "int", "int", "long"]) as unknown as Function;
  const unmap = system.func("munmap", "int", ["void *", "size_t"]) as unknown as Function;
  const advise = system.func("madvise", "int", ["void *", "size_t", "int"]) as unknown as Function;
  const mask = system.func("sigprocmask", "int", ["int", "void *", "void *"]) as unknown as Function;
  const [everything, before] = [new Uint8Array(SIGNAL_SET).fill(0xff), new Uint8Array(SIGNAL_SET)];
  const setMask = SET_MASK[isLinux ? "linux" : "darwin"];
  const flags = RTLD_NOW | RTLD_NODELETE[isLinux ? "linux" : "darwin"];
  return {
    allocate: (bytes) => {
      if (bytes < LARGE_PAGE) return (allocate(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT) ?? 0n) as bigint;
      const address = BigInt(map(0n, bytes, READ_AND_WRITE, PRIVATE_AND_ANONYMOUS[isLinux ? "linux" : "darwin"], -1, 0) as number | bigint);
      if (address === -1n) return 0n;
      if (isLinux) advise(address, bytes, MADV_HUGEPAGE);
      return address;
    },
    free: (address, bytes) => {
      if (bytes < LARGE_PAGE) free(address);
      else unmap(address, bytes);
    },
    findOpenMp: () => undefined,
    blockSignals: () => void mask(setMask, everything, before),
    admitSignals: () => void mask(setMask, before, null),
    pin: (path) => {
      const open = loadWith(isLinux ? ["libc.so.6", "libdl.so.2"] : ["/usr/lib/libSystem.B.dylib"], "dlopen", "void *", ["str", "int"]);
      open?.(path, flags);
    },
  };
}

function openWindows(): Platform {
  const system = koffi.load("msvcrt.dll");
  const allocate = system.func("_aligned_malloc", "void *", ["size_t", "size_t"]) as unknown as Function;
  const free = system.func("_aligned_free", "void", ["void *"]) as unknown as Function;
  return {
    allocate: (bytes) => (allocate(bytes, ALIGNMENT) ?? 0n) as bigint,
    free: (address) => void free(address),
    findOpenMp: (...signature) => loadWith(["vcomp140.dll", "libiomp5md.dll"], ...signature),
    blockSignals: () => undefined,
    admitSignals: () => undefined,
    pin: () => undefined,
  };
}

/** A function of the first library that can be loaded and has it. */
function loadWith(libraries: readonly string[], name: string, result: string, parameters: string[]): Function | undefined {
  for (const library of libraries) {
    try {
      return koffi.load(library).func(name, result, parameters);
    } catch {
      continue;
    }
  }
  return undefined;
}
