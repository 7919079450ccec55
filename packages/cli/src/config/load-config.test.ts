import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "./load-config.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-config-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function load(name: string, content: string): Promise<unknown> {
  const path = join(folder, name);
  await writeFile(path, content);
  return await loadConfig(path);
}

describe("loadConfig", () => {
  it("reads JSON, JavaScript and TypeScript, and a run folder's configuration", async () => {
    expect(await load("a.json", '{ "seed": 1 }')).toEqual({ seed: 1 });
    expect(await load("a.mjs", "export default { seed: 2 };")).toEqual({ seed: 2 });
    expect(await load("a.ts", "const seed: number = 3; export default { seed } as const;")).toEqual({ seed: 3 });
    await mkdir(join(folder, "run-1.5"));
    await load(join("run-1.5", "config.json"), '{ "seed": 4 }');
    expect(await loadConfig(join(folder, "run-1.5"))).toEqual({ seed: 4 });
    expect(await load("marked.json", '\uFEFF{ "seed": 5 }')).toEqual({ seed: 5 });
  });

  it.each([
    ["b.json", "{", "not valid JSON"],
    ["b.mjs", "throw new Error('boom');", "boom"],
    ["c.mjs", "export const seed = 1;", "no default export"],
    ["b.yaml", "seed: 1", '".yaml"'],
  ])("says what is wrong with %s", async (name, content, part) => {
    await expect(load(name, content)).rejects.toMatchObject({
      code: "SSL3D_CONFIG_UNREADABLE",
      message: expect.stringContaining(part) as string,
    });
  });
});
