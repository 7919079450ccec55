import { Ssl3dError } from "@ssl3d/core";

/** The WebAssembly heap cannot grow by the bytes asked for. */
export function outOfMemory(bytes: number, heapBytes: number, cause?: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_WASM_OUT_OF_MEMORY",
    message: `The wasm engine could not allocate ${mebibytes(bytes)} MiB: its heap of ${mebibytes(heapBytes)} MiB cannot grow further (a WebAssembly heap ends at 4096 MiB, earlier where the machine has less).`,
    fix: "Use a smaller patch, a smaller batch (with gradient accumulation the result stays the same) or fewer filters, or choose an engine without that limit.",
    fault: "machine",
    facts: { bytes, heapBytes },
    cause,
  });
}

/** The engine did not start. */
export function unavailable(reason: string, fix: string, cause?: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_WASM_UNAVAILABLE",
    message: `The wasm engine did not start: ${reason}.`,
    fix,
    fault: "machine",
    cause,
  });
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
