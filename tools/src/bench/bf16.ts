import { readFileSync } from "node:fs";

/**
 * Whether the processor multiplies bf16 itself (avx512_bf16 or AMX). PyTorch computes in bf16 without too, many times slower. Known
 * on Linux only; elsewhere false.
 */
export function hasBf16(cpuInfo: string = readCpuInfo()): boolean {
  return /^flags\s*:.*\b(avx512_bf16|amx_bf16)\b/m.test(cpuInfo);
}

function readCpuInfo(): string {
  try {
    return readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    return "";
  }
}
