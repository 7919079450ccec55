import { defineConfig } from "tsup";

/** The page that converts in the browser: plain files for any static host, everything they need inside them. */
const config: ReturnType<typeof defineConfig> = defineConfig({
  entry: { page: "page/page.ts", "convert-worker": "page/convert-worker.ts" },
  outDir: "page/dist",
  publicDir: "page/public",
  format: ["esm"],
  target: "es2022",
  platform: "browser",
  noExternal: [/./],
  splitting: false,
  minify: true,
  clean: true,
  esbuildOptions: (options) => {
    // from the sources, so that no package has to be built first
    options.conditions = ["ssl3d-source"];
    // modules are always read as UTF-8: the HDF5 library, a text of every kind of character, is a quarter smaller unescaped
    options.charset = "utf8";
    options.legalComments = "linked";
  },
});

export default config;
