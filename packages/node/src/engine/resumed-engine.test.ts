import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { discoverPlugins } from "../plugins/discover.js";
import { installFakeEngines, setStatus } from "../testdata/fake-engine.js";
import type { EngineRequest } from "./activate-engine.js";
import { activateResumedEngine, type ResumedEngine } from "./resumed-engine.js";

let project = "";
beforeEach(async () => {
  vi.stubEnv("SSL3D_ENGINE", "");
  project = await mkdtemp(join(tmpdir(), "ssl3d-resume-"));
  await installFakeEngines(project, [
    { name: "fast", priority: 50, status: { status: "ok", version: "3", precisions: ["bf16", "float32"] }, takes: ["threads", "precision"] },
    { name: "plain", priority: 10, status: { status: "ok", version: "1", precisions: ["float32"] } },
  ]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(project, { recursive: true });
});

async function resume(before: object | undefined, request: EngineRequest = {}): Promise<ResumedEngine> {
  if (before !== undefined) await writeFile(join(project, "environment.json"), JSON.stringify({ engine: before }));
  return await activateResumedEngine((await discoverPlugins({ cwd: project })).plugins, project, request);
}

const plain = { name: "plain", version: "1", precision: "float32", threads: 1 };
const fast = { name: "fast", version: "3", precision: "bf16", threads: 1 };

describe("activateResumedEngine", () => {
  it("goes on with the engine, precision and threads the run was on, though a faster one is there now", async () => {
    expect(await resume(plain)).toEqual({ engine: { ...plain, reason: "asked for by the run that is resumed", passed: [] } });
    const float32 = { ...fast, precision: "float32" };
    expect(await resume(float32)).toMatchObject({ engine: float32 });
    expect(await resume({ name: "plain", version: "1", precision: "float32" })).not.toHaveProperty("changed");
  });

  it("takes another that is asked for, and says so", async () => {
    const { engine, changed } = await resume(plain, { engine: "fast" });
    expect(engine).toMatchObject({ name: "fast", precision: "bf16" });
    expect(changed).toContain("on plain 1, float32, 1 thread before and goes on with fast 3, bf16, 2 threads");
    expect((await resume(fast, { precision: "float32" })).changed).toContain("fast 3, float32, 1 thread");
    expect((await resume({ ...fast, version: "2" })).changed).toContain("fast 2, bf16");
  });

  it("refuses where that engine cannot go on, and names the way out", async () => {
    await setStatus(project, "fast", { status: "unavailable", reason: "no library", fix: "Get it.", precisions: [] });
    await expect(resume(fast)).rejects.toMatchObject({
      code: "SSL3D_RESUME_ENGINE",
      message: expect.stringMatching(/was on fast 3, bf16, 1 thread.*no library/) as string,
      fix: expect.stringMatching(/^Get it\..*--engine/) as string,
    });
    await setStatus(project, "fast", { status: "ok", version: "3", precisions: ["float32"] });
    await expect(resume(fast)).rejects.toMatchObject({ code: "SSL3D_RESUME_ENGINE" });
    await expect(resume({ ...fast, name: "gone" })).rejects.toMatchObject({ code: "SSL3D_RESUME_ENGINE" });
  });

  it("refuses another by SSL3D_ENGINE, which is not meant for this run alone", async () => {
    vi.stubEnv("SSL3D_ENGINE", "plain");
    await expect(resume(fast)).rejects.toMatchObject({ code: "SSL3D_RESUME_ENGINE", fix: expect.stringContaining("--engine plain") as string });
    expect(await resume(fast, { engine: "plain" })).toMatchObject({ engine: plain });
  });

  it("leaves the choice free where no engine was recorded", async () => {
    expect((await resume(undefined)).engine).toMatchObject({ name: "fast", reason: "the fastest installed" });
  });
});
