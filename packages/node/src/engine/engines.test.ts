import { defineBackend, type BackendStatus } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { activateEngine, chooseEngine, type Engine } from "./engines.js";

function engine(name: string, status: BackendStatus["status"]): Engine {
  const plugin = defineBackend({
    name,
    summary: name,
    ranks: [3],
    options: z.strictObject({}),
    priority: 1,
    probe: () => Promise.resolve({ status, precisions: ["float32" as const] }),
    activate: () => Promise.resolve(name),
  });
  return { plugin, package: name, status: { status, reason: "no such hardware", fix: "Buy it.", precisions: ["float32"] } };
}

afterEach(() => vi.unstubAllEnvs());

describe("chooseEngine", () => {
  const engines = [engine("gpu", "unavailable"), engine("fast", "ok"), engine("slow", "ok")];

  it("takes the first that can run and says which it passed over", () => {
    const { engine: chosen, reason } = chooseEngine(engines, undefined);
    expect(chosen.plugin.name).toBe("fast");
    expect(reason).toContain("gpu");
  });

  it("takes the one asked for", () => {
    const { engine: chosen, reason } = chooseEngine(engines, { name: "slow", by: "--engine" });
    expect([chosen.plugin.name, reason]).toEqual(["slow", "asked for by --engine"]);
  });

  it("refuses an unknown one and one that cannot run, with the fix", () => {
    expect(() => chooseEngine(engines, { name: "fst", by: "--engine" })).toThrow(
      expect.objectContaining({ code: "SSL3D_ENGINE_UNKNOWN" }),
    );
    expect(() => chooseEngine(engines, { name: "gpu", by: "--engine" })).toThrow(
      expect.objectContaining({ code: "SSL3D_ENGINE_UNAVAILABLE", fix: "Buy it." }),
    );
  });
});

describe("activateEngine", () => {
  it("starts the reference engine, by the environment too", async () => {
    expect(await activateEngine([])).toMatchObject({ name: "cpu", precision: "float32" });
    vi.stubEnv("SSL3D_ENGINE", "cpu");
    expect((await activateEngine([])).reason).toContain("SSL3D_ENGINE");
    expect(tf.getBackend()).toBe("cpu");
    expect(tf.add(tf.scalar(1), tf.scalar(2)).arraySync()).toBe(3);
  });
});
