import { defineConfig, type ViteUserConfig } from "vitest/config";

const conditions = ["ssl3d-source"];

const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "zoo/src/**/*.test.ts", "tools/src/**/*.test.ts", "tests/**/*.test.ts"],
    pool: "forks",
    testTimeout: 300_000,
  },
});

export default config;
