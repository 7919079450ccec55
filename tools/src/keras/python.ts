import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const PACKAGES = ["tensorflow-cpu==2.21.0", "tf-keras==2.21.0"];

/**
 * A Python with TensorFlow and tf_keras: the one that SSL3D_KERAS_PYTHON names, or a virtual environment in the cache folder, made the
 * first time (several hundred MB). Undefined where pip cannot install them.
 */
export function kerasPython(): string | undefined {
  const given = process.env["SSL3D_KERAS_PYTHON"] ?? "";
  if (given !== "") return given;
  const environment = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "ssl3d", "keras-venv");
  const python = join(environment, "bin", "python");
  const ready = join(environment, "ready");
  if (existsSync(ready)) return python;
  console.log(`fetching ${PACKAGES.join(" and ")} into ${environment} ...`);
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(environment, { recursive: true });
  const isMade = succeeds("python3", ["-m", "venv", environment]) && succeeds(python, ["-m", "pip", "install", "--quiet", ...PACKAGES]);
  if (!isMade) return undefined;
  writeFileSync(ready, "");
  return python;
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}
