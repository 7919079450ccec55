import { Ssl3dError } from "@ssl3d/core";

const MIB = 2 ** 20;

/** There is no memory for a tensor. */
export function memoryExhausted(bytes: number, used: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ONEDNN_MEMORY",
    message: `The native engine needs ${(bytes / MIB).toFixed(0)} MiB more for a tensor, which this machine does not have free; tensors hold ${(used / MIB).toFixed(0)} MiB now.`,
    fix: "Use a smaller batch or patch size, set recompute in the encoder's options, or close other programs.",
    fault: "machine",
  });
}

/** A mistake in a program: memory was used after it was given back. */
export function useAfterRelease(): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ONEDNN_RELEASED",
    message: "A tensor of the native engine was used after it was disposed of.",
    fix: "Keep the tensor (tf.keep, or return it from tf.tidy) for as long as it is used.",
  });
}

/** The engine was asked for, but cannot run here. */
export function engineUnavailable(reason: string, fix: string): Ssl3dError {
  return new Ssl3dError({ code: "SSL3D_ONEDNN_UNAVAILABLE", message: `The native engine cannot run: ${reason}`, fix });
}

/** bf16 on a processor without it. */
export function precisionUnavailable(): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ONEDNN_PRECISION",
    message: "This processor has no bf16 arithmetic (AVX-512 BF16 or AMX), so the native engine computes in float32 here.",
    fix: 'Leave out the precision or set it to "float32".',
  });
}
