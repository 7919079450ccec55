// Checks every publishable package as npm would ship it: publint --strict and "are the types wrong" on the packed tarball.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
}

const REQUIRED = ["README.md", "CHANGELOG.md", "LICENSE"];
const folders = [...readdirSync("packages").map((name) => join("packages", name)), "zoo"];
let problems = 0;

for (const folder of folders) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  if (manifest.private === true) continue;
  for (const file of REQUIRED) if (!existsSync(join(folder, file))) report(manifest.name, `${file} is missing.`);
  check(manifest.name, ["publint", folder, "--strict"]);
  check(manifest.name, ["attw", "--pack", folder, "--profile", "esm-only"]);
}
if (problems > 0) process.exitCode = 1;

function check(name: string, args: readonly string[]): void {
  const outcome = spawnSync("npx", args, { encoding: "utf8" });
  if (outcome.status !== 0) report(name, `${args[0] ?? ""}:\n${outcome.stdout}${outcome.stderr}`);
}

function report(name: string, problem: string): void {
  problems++;
  console.error(`${name}: ${problem}`);
}
