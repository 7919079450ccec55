// The example of every package's README runs as it stands, with no more than the README says to install.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

/** Examples that cannot run here, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "backend-onednn": "needs the native engine's library",
  "backend-tensorflow": "needs a tfjs-node of the user's",
  node: "trains for 500 steps on the user's scans",
  testing: "is a test itself; tests/contract.test.ts runs these suites",
};

const folders = [...readdirSync("packages").map((name) => join("packages", name)), "zoo"];
const packages = folders.map((place) => {
  const text = readFileSync(join(place, "README.md"), "utf8");
  return { place, name: basename(place), text, example: /```(?:ts|js)\n(.*?)```/s.exec(text)?.[1] ?? "" };
});

// beside this file, where the packages are found by name
const scripts = mkdtempSync(join("tests", ".readmes-"));
const before = process.cwd();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-readmes-"));
  await copyFile(join("packages", "data", "assets", "colin27_2mm_csf-gm-wm-t1_u8.nii.gz"), join(folder, "scan.nii.gz"));
  await copyFile(join("tests", "golden", "checkpoints", "enc3d_nobn_nodrop.hdf5"), join(folder, "weights-improvement-012.hdf5"));
});
afterAll(async () => {
  process.chdir(before);
  rmSync(scripts, { recursive: true });
  await rm(folder, { recursive: true });
});

describe.each(packages)("the example of $place", ({ name, text, example }) => {
  it("imports only what the README installs", () => {
    const imported = [...example.matchAll(/(?:from|import) "([^"]+)"/g)].map(([, module]) => module!).filter((module) => !module.startsWith("node:"));
    const installed = [...text.matchAll(/npm install ([^\n`]*)/g)].flatMap(([, list]) => list!.split(/\s+/));
    expect(imported.length).toBeGreaterThan(0);
    for (const module of imported) expect(installed).toContain(module);
  });

  it.skipIf(name in NOT_RUN)("runs", async () => {
    const script = join(before, scripts, `${name}.ts`);
    writeFileSync(script, example);
    const said = vi.spyOn(console, "log").mockReturnValue(undefined);
    process.chdir(folder);
    try {
      await import(/* @vite-ignore */ script);
      if (example.includes("console.log")) expect(said).toHaveBeenCalled();
      for (const values of said.mock.calls) expect(JSON.stringify(values)).not.toContain("null");
    } finally {
      said.mockRestore();
      process.chdir(before);
    }
  });
});
