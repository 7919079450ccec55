// Installs the packed packages as a user would, in a clean folder, from tarballs; third-party packages come from the registry.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "ssl3d-ecosystem-"));
const tarballs = join(folder, "tarballs");
const PACKAGES = [...readdirSync("packages").map((name) => join("packages", name)), "zoo"];

function tarball(name: string): string {
  const file = readdirSync(tarballs).find((entry) => entry.startsWith(`${name}-0`));
  if (file === undefined) throw new Error(`no tarball of ${name}`);
  return join(tarballs, file);
}

function install(project: string, packages: readonly string[]): void {
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error", ...packages.map(tarball)], { cwd: project, encoding: "utf8" });
}

beforeAll(() => {
  execFileSync("npx", ["nx", "run-many", "-t", "build"], { encoding: "utf8" });
  mkdirSync(tarballs);
  for (const place of PACKAGES) execFileSync("npm", ["pack", "--silent", "--pack-destination", tarballs, resolve(place)]);
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed packages", () => {
  it("install one proxy task with nothing it does not use", () => {
    const project = join(folder, "task-only");
    install(project, ["ssl3d-core", "ssl3d-nn", "ssl3d-data", "ssl3d-task-rotation"]);
    const script = 'import { rotation } from "@ssl3d/task-rotation"; console.log(rotation.kind, rotation.name, rotation.contract);';
    expect(execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: project, encoding: "utf8" })).toBe("task rotation 1\n");
    for (const unwanted of ["sharp", "koffi", "express", "ws"]) expect(existsSync(join(project, "node_modules", unwanted)), unwanted).toBe(false);
  }, 240_000);

  it("give a command that finds a third party's plugin without running it", () => {
    const project = join(folder, "command");
    install(project, PACKAGES.map((place) => (basename(place) === "cli" ? "ssl3d" : `ssl3d-${basename(place)}`)));
    const plugin = join(project, "node_modules", "their-task");
    mkdirSync(plugin, { recursive: true });
    writeFileSync(
      join(plugin, "package.json"),
      JSON.stringify({
        name: "their-task",
        version: "1.2.3",
        type: "module",
        exports: "./index.js",
        keywords: ["ssl3d-plugin"],
        ssl3d: { contract: 1, plugins: [{ kind: "task", name: "theirs", export: "theirs" }] },
      }),
    );
    writeFileSync(join(plugin, "index.js"), 'throw new Error("a listing must not run plugins");');
    const manifest = join(project, "package.json");
    const dependencies = { ...(JSON.parse(execFileSync("cat", [manifest], { encoding: "utf8" })) as { dependencies: object }).dependencies, "their-task": "1.2.3" };
    writeFileSync(manifest, JSON.stringify({ name: "consumer", private: true, type: "module", dependencies }));

    const command = join(project, "node_modules", ".bin", "ssl3d");
    const listing = spawnSync(command, ["plugins", "--json"], { cwd: project, encoding: "utf8" });
    expect(listing.stderr).not.toContain("must not run");
    expect(listing.status).toBe(0);
    expect(listing.stdout).toContain("theirs");
    expect(listing.stdout).toContain("rotation");

    const env = { ...process.env, SSL3D_ENGINE: "", SSL3D_ONEDNN_LIBRARY: "", XDG_CACHE_HOME: join(folder, "no-library") };
    const doctor = spawnSync(command, ["doctor", "--json"], { cwd: project, encoding: "utf8", env });
    expect(doctor.status, doctor.stderr).toBe(0);
    const { engines } = JSON.parse(doctor.stdout) as { engines: { name: string; status: string; fix: string | null; chosen: boolean }[] };
    expect(engines.find((engine) => engine.chosen)?.name).toBe("wasm");
    expect(engines.find((engine) => engine.name === "onednn")).toMatchObject({ status: "unavailable", fix: expect.stringMatching(/engine fetch|engines\.md/) as string });
  }, 240_000);
});
