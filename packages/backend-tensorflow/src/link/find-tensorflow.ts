import { existsSync, statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { tensorflowIncomplete, tensorflowNotFound } from "../errors.js";
import { wheelVersion } from "../installed-addon.js";
import { lastLine, runProcess } from "./run-process.js";

/** A TensorFlow for Python that pip installed. */
export interface PipTensorflow {
  /** Its `tensorflow` folder, with the libraries and `include`. */
  readonly folder: string;
  readonly version: string;
}

/** What the addon is linked to and compiled against, within the folder. */
export const LIBRARIES = { tensorflow: "libtensorflow_cc.so.2", framework: "libtensorflow_framework.so.2" } as const;
const NEEDED = [LIBRARIES.tensorflow, LIBRARIES.framework, "include/tensorflow/c/c_api.h", "include/tensorflow/c/eager/c_api.h"];

/** Says where the package would be imported from, without importing it. The sign tells the answer from what another program may print. */
const SIGN = "tensorflow is in";
const WHERE = `
import importlib.util
found = importlib.util.find_spec("tensorflow")
print("\\n" + "tensorflow " + "is in", found.origin if found is not None and found.origin else "")
`;

/** Where TensorFlow is looked for. */
export interface Source {
  readonly python?: string | undefined;
  readonly folder?: string | undefined;
  /** Stops the Python. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds TensorFlow in a folder, or through the Python that would import it (python3 where none is named).
 *
 * @throws Ssl3dError SSL3D_LINK_TENSORFLOW_NOT_FOUND, SSL3D_LINK_TENSORFLOW_INCOMPLETE
 */
export async function findTensorflow(source: Source): Promise<PipTensorflow> {
  const folder = source.folder === undefined ? await fromPython(source) : fromFolder(resolve(source.folder));
  const missing = NEEDED.filter((path) => !existsSync(join(folder, path)));
  if (missing.length > 0) throw tensorflowIncomplete(folder, missing);
  const real = await realpath(folder);
  const version = wheelVersion(real) ?? wheelVersion(folder) ?? "of unknown version";
  if (/^[01]\./.test(version)) throw tensorflowIncomplete(folder, [`version 2 (it is ${version})`]);
  return { folder: real, version };
}

async function fromPython({ python: named, signal }: Source): Promise<string> {
  const python = named ?? "python3";
  if (existsSync(python) && statSync(python).isDirectory())
    throw tensorflowNotFound(`${python} is a folder, not a Python; of a virtual environment it is ${join(python, "bin", "python")}`, true);
  const { code, stdout, output } = await runProcess(python, ["-c", WHERE], { signal });
  if (code !== 0) throw tensorflowNotFound(`${python} could not be asked (${lastLine(output)})`, named !== undefined);
  const answer = lastLine(stdout);
  if (!answer.startsWith(SIGN)) throw tensorflowNotFound(`${python} does not answer as a Python does`, named !== undefined);
  const origin = answer.slice(SIGN.length).trim();
  if (origin === "") throw tensorflowNotFound(`${python} has no package tensorflow`, named !== undefined);
  return dirname(origin);
}

/** Accepts the folder of the package, or the one that holds it. */
function fromFolder(folder: string): string {
  const candidates = [folder, join(folder, "tensorflow")];
  const found = candidates.find((candidate) => existsSync(join(candidate, LIBRARIES.framework)));
  if (found === undefined) throw tensorflowNotFound(`neither ${candidates.join(" nor ")} holds ${LIBRARIES.framework}`, true);
  return found;
}
