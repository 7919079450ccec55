import { defineBackend, type BackendStatus } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { chooseEngine } from "./choose-engine.js";
import type { Engine } from "./engines.js";

function engine(name: string, status: BackendStatus): Engine {
  const plugin = defineBackend({
    name,
    summary: name,
    ranks: [3],
    options: z.strictObject({}),
    priority: 1,
    probe: () => Promise.resolve(status),
    activate: () => Promise.resolve(name),
  });
  return { plugin, package: name, status };
}

const gpu = engine("gpu", { status: "unavailable", reason: "no such hardware", fix: "Buy it.", precisions: [] });
const old = engine("old", { status: "ok", reason: "the processor has no bf16", precisions: ["float32"] });
const slow = engine("slow", { status: "ok", precisions: ["float32", "bf16"] });
const engines = [gpu, old, slow];

describe("chooseEngine", () => {
  it("takes the first that can run and says why not another", () => {
    const { engine: chosen, reason, passed } = chooseEngine(engines, undefined);
    expect(chosen).toBe(old);
    expect(reason).toBe("the fastest that can run here; not gpu");
    expect(passed).toEqual([{ name: "gpu", reason: "no such hardware", fix: "Buy it." }]);
    expect(chooseEngine([old, slow], undefined)).toMatchObject({ reason: "the fastest installed", passed: [] });
  });

  it("takes the first that has the precision", () => {
    const { engine: chosen, passed } = chooseEngine(engines, undefined, "bf16");
    expect(chosen).toBe(slow);
    expect(passed).toContainEqual({ name: "old", reason: "the processor has no bf16" });
    expect(chooseEngine([engine("plain", { status: "ok", precisions: ["float32"] }), slow], undefined, "bf16").passed).toEqual([
      { name: "plain", reason: "it computes in float32 only here" },
    ]);
  });

  it("takes the one asked for", () => {
    expect(chooseEngine(engines, { name: "slow", by: "--engine" })).toEqual({ engine: slow, reason: "asked for by --engine", passed: [] });
  });

  it("refuses an unknown one and one that cannot run, with the fix", () => {
    expect(() => chooseEngine(engines, { name: "fst", by: "--engine" })).toThrow(
      expect.objectContaining({ code: "SSL3D_ENGINE_UNKNOWN" }),
    );
    expect(() => chooseEngine(engines, { name: "gpu", by: "--engine" })).toThrow(
      expect.objectContaining({ code: "SSL3D_ENGINE_UNAVAILABLE", fix: "Buy it." }),
    );
  });

  it("refuses a precision that nothing here has, and says what each has", () => {
    const refused = { code: "SSL3D_ENGINE_PRECISION", message: expect.stringContaining("old has float32 (the processor has no bf16)") as string };
    expect(() => chooseEngine(engines, { name: "old", by: "--engine" }, "bf16")).toThrow(expect.objectContaining(refused));
    expect(() => chooseEngine([gpu, old], undefined, "bf16")).toThrow(expect.objectContaining(refused));
  });
});
