import { testBackend } from "@ssl3d/testing";
import { beforeAll, describe, it } from "vitest";
import { wasm } from "./plugin.js";

describe("the contract of engines", () => {
  beforeAll(async () => {
    await wasm.activate({});
  });

  for (const { name, run } of testBackend("wasm", { tolerance: 1e-5 })) it(name, run);
});
