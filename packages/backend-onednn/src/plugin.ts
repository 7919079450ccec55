import { defineBackend, type BackendPlugin, type BackendStatus } from "@ssl3d/core";
import { activate, profile } from "./activate.js";
import { loadLibrary } from "./native/load.js";
import { optionsSchema, type OnednnOptions } from "./options.js";

/** The native engine: oneDNN on all cores of an x86-64 processor, in float32 or bf16. For Node only. */
export const onednn: BackendPlugin<"onednn", OnednnOptions> = defineBackend({
  name: "onednn",
  summary: "oneDNN on all cores of an x86-64 processor, in float32 or mixed bf16; Node only",
  ranks: [2, 3],
  options: optionsSchema,
  priority: 50,
  probe,
  activate,
  profile,
});

function probe(): Promise<BackendStatus> {
  const loaded = loadLibrary();
  if ("reason" in loaded) return Promise.resolve({ status: "unavailable", reason: loaded.reason, fix: loaded.fix, precisions: [] });
  const { version, setThreads } = loaded.library;
  const { major, minor, patch } = version;
  const limits = [
    ...(loaded.hasBf16 ? [] : ["this processor has no bf16 arithmetic (AVX-512 BF16 or AMX)"]),
    ...(setThreads === undefined ? ["its library was built without OpenMP and takes no number of threads"] : []),
  ];
  return Promise.resolve({
    status: "ok",
    version: `oneDNN ${major}.${minor}.${patch}`,
    precisions: loaded.hasBf16 ? ["bf16", "float32"] : ["float32"],
    ...(limits.length > 0 && { reason: limits.join("; ") }),
  });
}
