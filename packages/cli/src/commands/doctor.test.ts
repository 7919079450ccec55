import { cpu } from "@ssl3d/node";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, writeBytes } from "../testing/command.js";

let folder = "";
beforeAll(async () => {
  await cpu.activate({});
  folder = await mkdtemp(join(tmpdir(), "ssl3d-doctor-"));
  await writeBytes(join(folder, "package.json"), JSON.stringify({ name: "study", dependencies: { old: "*", partly: "*" } }));
  await installEngine("old", 90, '{ status: "unavailable", reason: "its library is version 2", fix: "Get version 3.", precisions: [] }');
  await installEngine("partly", 80, '{ status: "ok", version: "3", reason: "the processor has no bf16", precisions: ["float32"] }');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** An engine without arithmetic of its own: it leaves tfjs with the backend that it has. */
async function installEngine(name: string, priority: number, status: string): Promise<void> {
  const ssl3d = { contract: 1, plugins: [{ kind: "backend", name, export: "engine" }] };
  const manifest = { name, version: "1.0.0", type: "module", main: "index.js", ssl3d };
  await writeBytes(join(folder, "node_modules", name, "package.json"), JSON.stringify(manifest));
  const module = `export const engine = { kind: "backend", name: "${name}", contract: 1, summary: "s", ranks: [3], priority: ${priority},
    options: { "~standard": { version: 1, vendor: "test", validate: (value) => Object.keys(value).length ? { issues: [{ message: "unknown" }] } : { value } } },
    probe: async () => (${status}), activate: async () => "cpu" };`;
  await writeBytes(join(folder, "node_modules", name, "index.js"), module);
}

describe("ssl3d doctor", () => {
  it("says which engine is taken, what it lacks and why another was not, with the fix", async () => {
    vi.stubEnv("SSL3D_ENGINE", "");
    const { code, stdout } = await call(folder, "doctor");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\* partly is taken: the fastest that can run here; not old\./m);
    expect(stdout).toMatch(/^old cannot run here: its library is version 2\. Get version 3\.$/m);
    expect(stdout).toMatch(/^partly is limited here: the processor has no bf16\.$/m);
  });

  it("still shows the engines where SSL3D_ENGINE asks for one that cannot run", async () => {
    vi.stubEnv("SSL3D_ENGINE", "old");
    const { code, stdout, stderr } = await call(folder, "doctor", "--json");
    expect(code).toBe(1);
    expect(stderr).toContain("SSL3D_ENGINE_UNAVAILABLE");
    const { engines } = JSON.parse(stdout) as { engines: { name: string; chosen: boolean; gflops: number | null }[] };
    expect(engines.find(({ name }) => name === "old")).toMatchObject({ chosen: false, gflops: null });
    expect(engines.find(({ name }) => name === "wasm")?.gflops).toBeGreaterThan(0);
    expect(engines.some(({ chosen }) => chosen)).toBe(false);
  });
});
