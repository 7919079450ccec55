import { testBackend } from "@ssl3d/testing";
import { describe, it } from "vitest";
import { activate } from "./activate.js";
import { loadLibrary } from "./native/load.js";

const loaded = loadLibrary();
const precisions = "reason" in loaded ? [] : loaded.hasBf16 ? (["float32", "bf16"] as const) : (["float32"] as const);
if ("reason" in loaded) console.warn(`The native engine is not tested: ${loaded.reason}. ${loaded.fix}`);

describe.skipIf(precisions.length === 0)("the native engine", async () => {
  for (const precision of precisions) {
    const name = await activate({ threads: 2, precision });
    describe(precision, () => {
      for (const check of testBackend(name, precision === "bf16" ? { tolerance: 2e-2 } : { tolerance: 1e-5 })) it(check.name, check.run);
    });
  }
});
