import * as tf from "@tensorflow/tfjs-core";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { discoverPlugins } from "../plugins/discover.js";
import { activatedWith, installFakeEngines } from "../testdata/fake-engine.js";
import { activateEngine, type ActiveEngine, type EngineRequest } from "./activate-engine.js";

let project = "";
beforeEach(async () => {
  vi.stubEnv("SSL3D_ENGINE", "");
  project = await mkdtemp(join(tmpdir(), "ssl3d-engines-"));
  await installFakeEngines(project, [
    { name: "broken", priority: 60, status: { status: "unavailable", reason: "no library", fix: "Get it.", precisions: [] } },
    { name: "fast", priority: 50, status: { status: "ok", version: "3", precisions: ["bf16", "float32"] }, takes: ["threads", "precision"] },
    { name: "plain", priority: 10, status: { status: "ok", version: "1", reason: "half its speed", precisions: ["float32"] } },
  ]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(project, { recursive: true });
});

async function activate(request: EngineRequest): Promise<ActiveEngine> {
  return await activateEngine((await discoverPlugins({ cwd: project })).plugins, request);
}

describe("activateEngine", () => {
  it("takes the engine's best precision and tells what was taken and why not another", async () => {
    expect(await activate({})).toEqual({
      name: "fast",
      version: "3",
      precision: "bf16",
      threads: 2,
      reason: "the fastest that can run here; not broken",
      passed: [{ name: "broken", reason: "no library", fix: "Get it." }],
    });
    expect(await activatedWith(project, "fast")).toEqual({ precision: "bf16", threads: 2 });
  });

  it("hands precision and threads to the engine", async () => {
    expect(await activate({ precision: "float32", threads: 5 })).toMatchObject({ name: "fast", precision: "float32", threads: 5 });
    expect(await activatedWith(project, "fast")).toEqual({ precision: "float32", threads: 5 });
  });

  it("asks an engine without such options for neither", async () => {
    const plain = await activate({ engine: "plain", precision: "float32", threads: 1 });
    expect(plain).toMatchObject({ precision: "float32", threads: 1, limit: "half its speed", reason: "asked for by the configuration or --engine" });
    expect(await activatedWith(project, "plain")).toEqual({});
    await expect(activate({ engine: "plain", threads: 2 })).rejects.toMatchObject({ code: "SSL3D_ENGINE_THREADS" });
    await expect(activate({ engine: "plain", precision: "bf16" })).rejects.toMatchObject({ code: "SSL3D_ENGINE_PRECISION" });
  });

  it("takes the next engine where one does not start, unless that one was asked for", async () => {
    const fickle = { name: "fickle", priority: 70, status: { status: "ok", version: "1", precisions: ["float32", "bf16"] }, startError: "out of threads" } as const;
    const next = { name: "next", priority: 20, status: { status: "ok", version: "1", precisions: ["float32"] } } as const;
    await installFakeEngines(project, [fickle, next]);
    const reason = "it could not be started: out of threads";
    expect(await activate({})).toMatchObject({ name: "next", reason: "the fastest that can run here; not fickle", passed: [{ name: "fickle", reason }] });
    await expect(activate({ engine: "fickle" })).rejects.toMatchObject({ code: "SSL3D_ENGINE_UNAVAILABLE", message: expect.stringContaining(reason) as string });
    await expect(activate({ precision: "bf16" })).rejects.toMatchObject({ code: "SSL3D_ENGINE_PRECISION" });
  });

  it("starts the reference engine, by the environment too", async () => {
    expect(await activateEngine([])).toMatchObject({ name: "cpu", precision: "float32", threads: 1 });
    vi.stubEnv("SSL3D_ENGINE", "cpu");
    expect((await activate({})).reason).toContain("SSL3D_ENGINE");
    expect(tf.getBackend()).toBe("cpu");
    expect(tf.add(tf.scalar(1), tf.scalar(2)).arraySync()).toBe(3);
  });
});
