import { RELEASE } from "@ssl3d/backend-onednn";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPlatformPackage } from "./platform-package.js";

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "ssl3d-platform-")));
});
afterAll(() => rmSync(folder, { recursive: true }));

const suits = process.platform === "linux" && process.arch === "x64";

describe.runIf(suits)("the platform package", () => {
  it("installs from its tarball, with licences, and its library is found before others", async () => {
    for (const name of Object.keys(RELEASE.members)) writeFileSync(join(folder, name), `this is ${name}`);
    const built = join(folder, "built");
    await buildPlatformPackage(join(folder, "libdnnl.so.3"), RELEASE, built);
    execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, built]);
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";

    const project = join(folder, "project");
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true }));
    execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error", join(folder, tarball)], { cwd: project });
    const installed = join(project, "node_modules", "@ssl3d", "onednn-linux-x64");
    expect(readdirSync(installed).sort()).toEqual(["LICENSE", "README.md", "THIRD-PARTY-PROGRAMS", "lib", "package.json"]);

    // NODE_PATH stands for the project that @ssl3d/backend-onednn would be installed in as well.
    const script = 'import { locateLibraries } from "@ssl3d/backend-onednn"; console.log(JSON.stringify(locateLibraries()));';
    const found = execFileSync(process.execPath, ["--conditions=ssl3d-source", "--import", "tsx", "--input-type=module", "-e", script], {
      encoding: "utf8",
      env: { ...process.env, NODE_PATH: join(project, "node_modules"), SSL3D_ONEDNN_LIBRARY: "" },
    });
    expect((JSON.parse(found) as unknown[])[0]).toEqual({ path: join(installed, "lib", "libdnnl.so.3"), source: "platform package" });
  });
});
