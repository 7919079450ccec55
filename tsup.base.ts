import { defineConfig, type Options } from "tsup";

/** The one build recipe of the repository: ESM, Node 20, types beside the code. */
export function library(entry: string[] = ["src/index.ts"], extra: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: ["esm"],
    target: "node20",
    platform: "neutral",
    dts: { compilerOptions: { ignoreDeprecations: "6.0", customConditions: [] } },
    sourcemap: true,
    clean: true,
    ...extra,
  });
}
