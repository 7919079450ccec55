// `npm run test:tfjs-node`: proves the engine on TensorFlow where it needs more than npm. Fetches PyPI's tensorflow-cpu (several
// hundred MB, kept in the cache folder), links tfjs-node to it in a project of its own with `ssl3d engine link-tensorflow`, and runs
// the contract of engines there. The last line is `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const TENSORFLOW = "tensorflow-cpu==2.21.0";
/** Packages of tfjs of which a project has one copy where npm can merge them. */
const MERGED = ["tfjs-core", "tfjs-layers", "tfjs-backend-cpu"];

const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "ssl3d", "tfjs-node");
const [environment, project] = [join(cache, "venv"), join(cache, "project")];
const python = join(environment, "bin", "python");
let passed = 0;
let failed = 0;

mkdirSync(cache, { recursive: true });
if (!existsSync(join(environment, "ready"))) {
  console.log(`fetching ${TENSORFLOW} into ${environment} ...`);
  rmSync(environment, { recursive: true, force: true });
  need("python3", ["-m", "venv", environment]);
  // Only its libraries and headers are used, so what Python would need beside it is not fetched.
  need(python, ["-m", "pip", "install", "--quiet", "--no-deps", TENSORFLOW]);
  writeFileSync(join(environment, "ready"), "");
}
rmSync(project, { recursive: true, force: true });
mkdirSync(project);
writeFileSync(join(project, "package.json"), JSON.stringify({ name: "tfjs-node-project", private: true }));
const link = fromSource("packages/cli/src/main.ts", ["engine", "link-tensorflow", "--project", project, "--python", python]);
count("ssl3d engine link-tensorflow", link.status === 0, link.output);

if (link.status === 0) {
  runChecks("with a second copy of tfjs");
  for (const name of MERGED) {
    const copy = join(project, "node_modules", "@tensorflow", name);
    rmSync(copy, { recursive: true });
    symlinkSync(realpathSync(join(root, "node_modules", "@tensorflow", name)), copy);
  }
  runChecks("with one copy of tfjs");
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Runs the checks in a process of their own, whose current folder is the project; each prints a line. */
function runChecks(setting: string): void {
  const { output, status } = fromSource("tools/src/tfjs-node/checks.ts", []);
  const lines = output.split("\n").filter((line) => /^(pass|FAIL|note) {2}/.test(line));
  for (const line of lines) {
    console.log(`${line} (${setting})`);
    if (line.startsWith("pass")) passed++;
    if (line.startsWith("FAIL")) failed++;
  }
  if (status !== 0 && !lines.some((line) => line.startsWith("FAIL"))) count(`the checks end (${setting})`, false, output);
}

function count(name: string, good: boolean, output: string): void {
  console.log(`${good ? "pass" : "FAIL"}  ${name}`);
  if (good) passed++;
  else failed++;
  if (!good) console.log(output);
}

function fromSource(script: string, args: readonly string[]): { status: number | null; output: string } {
  const node = ["--conditions=ssl3d-source", "--import", import.meta.resolve("tsx"), join(root, script), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, node, { cwd: project, encoding: "utf8", maxBuffer: 2 ** 28 });
  return { status, output: `${stdout}${stderr}` };
}

function need(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status === 0) return;
  console.error(`${command} ${args.join(" ")} failed; its messages are above. Python 3 with venv and pip, and a network, are needed.`);
  process.exit(1);
}
