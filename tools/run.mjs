// The entry of `npm test` and `npm run quickstart`: installs what the lock file says if that has not happened, then runs
// the TypeScript script named. Plain JavaScript, since on a fresh clone nothing else can run yet.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [script, ...options] = process.argv.slice(2);
const major = Number(process.versions.node.split(".")[0]);
if (major < 20) {
  console.error(`ssl3d needs Node 20.19 or newer; this is ${process.version}. Install it from nodejs.org and run the command again.`);
  process.exit(2);
}

const installed = join(root, "node_modules", ".package-lock.json");
const stale = !existsSync(installed) || statSync(installed).mtimeMs < statSync(join(root, "package-lock.json")).mtimeMs;
if (stale) {
  console.error("Installing the packages of package-lock.json (once, about a minute) ...");
  const outcome = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (outcome.status !== 0) {
    console.error("npm ci failed; its messages are above. Check the network or the registry setting, then run the command again.");
    process.exit(1);
  }
}

const outcome = spawnSync(
  process.execPath,
  ["--conditions=ssl3d-source", "--import", "tsx", join(root, "tools", "src", script), ...options],
  { cwd: root, stdio: "inherit" },
);
process.exit(outcome.status ?? (outcome.signal === "SIGINT" ? 130 : 1));
