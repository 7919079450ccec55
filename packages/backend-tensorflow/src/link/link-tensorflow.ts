import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { installFailed, interrupted, noProject, packageVersion, platformUnknown } from "../errors.js";
import { findAddon, isSupported, TFJS_NODE_VERSION, type InstalledAddon, type TfjsNodePackage } from "../installed-addon.js";
import { buildAddon, checkTools } from "./build-addon.js";
import { withDependencyLinks } from "./dependency-links.js";
import { findTensorflow } from "./find-tensorflow.js";
import { proveAddon } from "./prove-addon.js";
import { lastWords, runProcess } from "./run-process.js";

/** What to link to what. */
export interface LinkRequest {
  /** The project whose tfjs-node is linked, or a folder within it. Default: the current folder. */
  readonly project?: string | undefined;
  /** tfjs-node-gpu instead of tfjs-node. */
  readonly gpu?: boolean | undefined;
  /** A Python that has TensorFlow. Default: python3. */
  readonly python?: string | undefined;
  /** TensorFlow's folder, instead of asking a Python. */
  readonly tensorflow?: string | undefined;
  /** Aborts, and leaves the package as it was. */
  readonly signal?: AbortSignal | undefined;
  /** Is told of every step before it is done, in one sentence. */
  readonly report?: ((step: string) => void) | undefined;
}

/** What was linked. */
export interface LinkedAddon {
  readonly package: TfjsNodePackage;
  readonly version: string;
  /** Folder of the package. */
  readonly folder: string;
  readonly tensorflow: { readonly version: string; readonly folder: string };
  /** What a convolution was computed on as proof. */
  readonly device: "CPU" | "GPU";
}

/**
 * Links @tensorflow/tfjs-node, whose own download of TensorFlow is old and often out of reach, to a TensorFlow that pip installed:
 * installs the package where it is missing, links TensorFlow's libraries and headers into it, compiles its addon and lets that
 * compute a convolution in a process of its own. A failure leaves the package as it was.
 *
 * @throws Ssl3dError SSL3D_LINK_PLATFORM, SSL3D_LINK_TOOLS_MISSING, SSL3D_LINK_TENSORFLOW_NOT_FOUND,
 * SSL3D_LINK_TENSORFLOW_INCOMPLETE, SSL3D_LINK_NO_PROJECT, SSL3D_LINK_INSTALL_FAILED, SSL3D_LINK_PACKAGE_VERSION,
 * SSL3D_LINK_DEPS_PRESENT, SSL3D_LINK_NOT_WRITABLE, SSL3D_LINK_BUILD_FAILED, SSL3D_LINK_PROOF_FAILED, SSL3D_LINK_INTERRUPTED
 */
export async function linkTensorflow(request: LinkRequest = {}): Promise<LinkedAddon> {
  const { gpu = false, python, signal, report = () => undefined } = request;
  if (process.platform !== "linux") throw platformUnknown(process.platform);
  checkTools();
  const project = projectFolder(resolve(request.project ?? "."));
  const name: TfjsNodePackage = gpu ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
  try {
    const tensorflow = await findTensorflow({ python, folder: request.tensorflow, signal });
    report(`Found TensorFlow ${tensorflow.version} in ${tensorflow.folder}.`);
    const addon = findAddon(name, [project]) ?? (await install(name, project, signal, report));
    if (!isSupported(addon.version)) throw packageVersion(name, addon.version, project);
    report(`Linking ${name} ${addon.version} in ${addon.folder} and compiling its addon (about 20 seconds) ...`);
    const device = await withDependencyLinks(addon.folder, tensorflow.folder, async () => {
      await buildAddon(addon.folder, tensorflow.folder, signal);
      report("Computing a convolution with it ...");
      return (await proveAddon(addon.folder, signal)).device;
    });
    return { package: name, version: addon.version, folder: addon.folder, tensorflow, device };
  } catch (error) {
    throw signal?.aborted === true ? interrupted(error) : error;
  }
}

/** The nearest folder upwards with a package.json, where npm installs to. */
function projectFolder(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (dirname(folder) === folder) throw noProject(start);
  }
}

async function install(name: TfjsNodePackage, project: string, signal: AbortSignal | undefined, report: (step: string) => void): Promise<InstalledAddon> {
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", `${name}@${TFJS_NODE_VERSION}`];
  report(`${name} is not installed in ${project}: running npm ${args.join(" ")} there ...`);
  const { code, output } = await runProcess("npm", args, { cwd: project, signal });
  const addon = code === 0 ? findAddon(name, [project]) : undefined;
  if (addon === undefined) throw installFailed(name, project, lastWords(output));
  return addon;
}
