import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discoverPlugins } from "./discover.js";
import { findPlugin, loadPlugin } from "./load.js";

let project = "";
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "ssl3d-plugins-"));
});
afterEach(async () => {
  await rm(project, { recursive: true, force: true });
});

type Json = Record<string, unknown>;

async function install(name: string, file: Json, code = "throw new Error('executed');"): Promise<void> {
  const folder = join(project, "node_modules", name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, version: "1.2.3", type: "module", ...file }));
  await writeFile(join(folder, "index.js"), code);
}

async function host(...dependencies: string[]): Promise<void> {
  const entries = Object.fromEntries(dependencies.map((name) => [name, "*"]));
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "study", dependencies: entries }));
}

function manifest(name = "shuffle", contract = 1): Json {
  return { ssl3d: { contract, plugins: [{ kind: "task", name, export: "plugin" }] } };
}

function code(name: string, kind = "task"): string {
  return `export const plugin = { kind: "${kind}", name: "${name}", contract: 1, summary: "s", ranks: [3],
    options: { "~standard": {} }, example() {}, build() {}, open() {} };`;
}

async function discover(): ReturnType<typeof discoverPlugins> {
  return await discoverPlugins({ cwd: project });
}

describe("discoverPlugins", () => {
  it("lists direct dependencies without executing them, from a subfolder too", async () => {
    await host("@a/shuffle", "plain");
    await install("@a/shuffle", manifest());
    await install("plain", {});
    await install("not-a-dependency", manifest("other"));
    const below = join(project, "configs", "deep");
    await mkdir(below, { recursive: true });
    const { plugins, errors } = await discoverPlugins({ cwd: below });
    expect(errors).toEqual([]);
    expect(plugins).toMatchObject([{ kind: "task", name: "shuffle", package: "@a/shuffle", version: "1.2.3" }]);
    expect(plugins[0]?.error).toBeUndefined();
  });

  it("adds what the bundled folders depend on and prefers the project's copy", async () => {
    await host("@a/shuffle");
    await install("@a/shuffle", manifest());
    const bundle = join(project, "node_modules", "the-command");
    await install("the-command", { dependencies: { "@a/shuffle": "*", "@b/mask": "*" } });
    await install("@b/mask", manifest("mask"));
    const { plugins } = await discoverPlugins({ cwd: project, bundled: [bundle] });
    expect(plugins.map(({ name }) => name)).toEqual(["shuffle", "mask"]);
    expect(plugins.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it("refuses another contract", async () => {
    await host("p");
    await install("p", manifest("shuffle", 2));
    const { plugins } = await discover();
    expect(() => findPlugin(plugins, "task", "shuffle")).toThrow(expect.objectContaining({ code: "SSL3D_PLUGIN_CONTRACT" }));
  });

  it("refuses a name that two packages offer", async () => {
    await host("p", "q");
    await install("p", manifest());
    await install("q", manifest());
    const { plugins } = await discover();
    expect(plugins.map(({ error }) => error?.code)).toEqual(["SSL3D_PLUGIN_DUPLICATE", "SSL3D_PLUGIN_DUPLICATE"]);
  });

  it.each([
    [{}, undefined, "it is not installed"],
    [{}, "2.0.0", "version 2.0.0 is installed"],
    [{ peerDependenciesMeta: { peer: { optional: true } } }, undefined, undefined],
    [{}, "1.4.0", undefined],
  ])("checks required peers (%#)", async (extra, installed, complaint) => {
    await host("p");
    await install("p", { ...manifest(), ...extra, peerDependencies: { peer: ">=1 <2" } });
    if (installed !== undefined) await install("peer", { version: installed });
    const [plugin] = (await discover()).plugins;
    if (complaint === undefined) expect(plugin?.error).toBeUndefined();
    else expect(plugin?.error).toMatchObject({ code: "SSL3D_PLUGIN_PEER", message: expect.stringContaining(complaint) as string });
  });

  it("reports a package whose manifest cannot be read", async () => {
    await host("p");
    await install("p", { ssl3d: { contract: 1, plugins: [{ kind: "tusk", name: "a", export: "b" }] } });
    const { plugins, errors } = await discover();
    expect(plugins).toEqual([]);
    expect(errors).toMatchObject([{ code: "SSL3D_PLUGIN_UNUSABLE" }]);
    expect(errors[0]?.message).toContain("ssl3d.plugins.0.kind");
  });
});

describe("loadPlugin", () => {
  it("imports what is named", async () => {
    await host("p");
    await install("p", { ...manifest(), exports: { ".": { types: "./index.d.ts", default: "./index.js" } } }, code("shuffle"));
    const loaded = await loadPlugin(findPlugin((await discover()).plugins, "task", "shuffle"));
    expect(loaded).toMatchObject({ package: "p", version: "1.2.3", plugin: { kind: "task", name: "shuffle" } });
  });

  it("answers an unknown name with the nearest", async () => {
    await host("p");
    await install("p", manifest());
    const { plugins } = await discover();
    expect(() => findPlugin(plugins, "task", "shufle")).toThrow(
      expect.objectContaining({ code: "SSL3D_PLUGIN_UNKNOWN", fix: expect.stringContaining('"shuffle"') as string }),
    );
  });

  it.each([
    ["throw new Error('boom');", "SSL3D_PLUGIN_UNUSABLE", "boom"],
    ["export const other = 1;", "SSL3D_PLUGIN_MALFORMED", 'export "plugin" of p 1.2.3'],
    [code("shuffle", "dataset"), "SSL3D_PLUGIN_EXPORT", 'the dataset "shuffle"'],
    [code("mask"), "SSL3D_PLUGIN_EXPORT", 'the task "mask"'],
  ])("tells what is wrong with a module (%#)", async (text, expected, part) => {
    await host("p");
    await install("p", manifest(), text);
    await expect(loadPlugin(findPlugin((await discover()).plugins, "task", "shuffle"))).rejects.toMatchObject({
      code: expected,
      message: expect.stringContaining(part) as string,
    });
  });
});
