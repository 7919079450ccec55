// `npm run release [-- --dry-run]`: publishes the platform package of the oneDNN library, then all packages that changesets has versioned.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PLATFORM_PACKAGE } from "./engine/platform-package.js";

const dryRun = process.argv.includes("--dry-run");
const { name, version } = PLATFORM_PACKAGE;
const folder = "dist/onednn-linux-x64";
const manifest = join("packages", "backend-onednn", "package.json");

run("npm", ["run", "--silent", "engine:package"]);
run("npm", ["run", "build"]);
const isOut = spawnSync("npm", ["view", `${name}@${version}`, "version"], { encoding: "utf8" }).stdout.trim() === version;
if (isOut) console.log(`${name} ${version} is published already.`);
else run("npm", ["publish", `./${folder}`, ...(dryRun ? ["--dry-run"] : [])]);

// Only in what is published, see docs/engines.md.
const before = readFileSync(manifest, "utf8");
const listed = { ...(JSON.parse(before) as object), optionalDependencies: { [name]: version } };
try {
  writeFileSync(manifest, `${JSON.stringify(listed, null, 2)}\n`);
  if (dryRun) run("npm", ["publish", "--dry-run", "./packages/backend-onednn"]);
  else run("npx", ["changeset", "publish"]);
} finally {
  writeFileSync(manifest, before);
}

function run(command: string, args: readonly string[]): void {
  const outcome = spawnSync(command, args, { stdio: "inherit" });
  if (outcome.status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${outcome.status ?? outcome.signal ?? "an error"}.`);
}
