import { Ssl3dError, type BackendStatus } from "@ssl3d/core";

/** The engine was asked for but cannot run here. */
export function unavailable(engine: string, { reason, fix }: BackendStatus): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_TENSORFLOW_UNAVAILABLE",
    message: `The engine ${engine} cannot run here: ${reason ?? "it gives no reason."}`,
    fix: fix ?? `See "ssl3d doctor".`,
    fault: "machine",
  });
}

/** The native module or TensorFlow's libraries cannot be loaded. */
export function loadFailed(what: string, folder: string, cause: unknown): Ssl3dError {
  const reason = (cause instanceof Error ? cause.message : String(cause)).trim().split("\n")[0] ?? "";
  return new Ssl3dError({
    code: "SSL3D_TENSORFLOW_LOAD_FAILED",
    message: `${what} in ${folder} could not be loaded: ${reason.replace(/\.$/, "")}.`,
    fix: `Run "ssl3d engine link-tensorflow" (with --gpu for tfjs-node-gpu) to build it anew for this Node and this machine's TensorFlow.`,
    fault: "machine",
    facts: { folder },
    cause,
  });
}

/** tfjs-node registered its backend with another TensorFlow.js than ours. */
export function otherTfjs(folder: string, version: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_TENSORFLOW_OTHER_TFJS",
    message: `The package in ${folder} was loaded, but its backend is unknown to the @tensorflow/tfjs-core ${version} that ssl3d uses: two copies that do not share an engine.`,
    fix: "Install tfjs-node and ssl3d in one project and run npm dedupe, so that npm ls @tensorflow/tfjs-core shows one version.",
    facts: { folder, version },
  });
}

/** tfjs-node-gpu runs, but TensorFlow computes on the processor. */
export function noGpu(folder: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_TENSORFLOW_NO_GPU",
    message: `TensorFlow was loaded through ${folder} but found no GPU that it can use.`,
    fix: `Its messages (TF_CPP_MIN_LOG_LEVEL=0) say which library of CUDA is missing or too old; pip's tensorflow[and-cuda] brings them: link to it with "ssl3d engine link-tensorflow --gpu".`,
    fault: "machine",
    facts: { folder },
  });
}

/** The number of threads is settled when TensorFlow is loaded, through the environment. */
export function threadsSettled(threads: number, reason: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_TENSORFLOW_THREADS",
    message: `${threads} threads are asked for, but ${reason}.`,
    fix: `Set TF_NUM_INTRAOP_THREADS=${threads} in the environment of the process, and leave out the option "threads".`,
    facts: { threads },
  });
}

/** Linking is not possible on this operating system. */
export function platformUnknown(platform: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_PLATFORM",
    message: `tfjs-node can be linked to pip's TensorFlow on Linux only; this is ${platform}.`,
    fix: "Here, npm install @tensorflow/tfjs-node brings a TensorFlow of its own; or take another engine.",
    facts: { platform },
  });
}

/** Programs that the compilation needs are missing. */
export function toolsMissing(tools: readonly string[], packages: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_TOOLS_MISSING",
    message: `Compiling tfjs-node's addon needs ${tools.join(", ")}, which ${tools.length === 1 ? "is" : "are"} not on the PATH.`,
    fix: `Install ${tools.length === 1 ? "it" : "them"}, for example: apt-get install ${packages.join(" ")}.`,
    fault: "machine",
    facts: { tools },
  });
}

/** There is no TensorFlow to link to, where it was said to be (`named`) or where it is looked for otherwise. */
export function tensorflowNotFound(reason: string, named: boolean): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_TENSORFLOW_NOT_FOUND",
    message: `No TensorFlow of pip's was found: ${reason.replace(/\.$/, "")}.`,
    fix: "Install one (pip install --no-deps tensorflow-cpu suffices, tensorflow[and-cuda] for a GPU), and name its Python with --python or its folder with --tensorflow.",
    fault: named ? "input" : "machine",
  });
}

/** The TensorFlow found lacks what is linked to. */
export function tensorflowIncomplete(folder: string, missing: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_TENSORFLOW_INCOMPLETE",
    message: `The TensorFlow in ${folder} cannot be linked to: it lacks ${missing.join(", ")}.`,
    fix: "Install one of pip's of version 2 for Linux (tensorflow-cpu or tensorflow), which brings libraries and headers.",
    fault: "machine",
    facts: { folder, missing },
  });
}

/** There is no project to install tfjs-node in. */
export function noProject(folder: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_NO_PROJECT",
    message: `Neither ${folder} nor a folder above it has a package.json, so there is no project to install tfjs-node in.`,
    fix: "Run npm init -y in your project's folder, or name the project with --project.",
    facts: { folder },
  });
}

/** npm could not install tfjs-node. */
export function installFailed(name: string, project: string, reason: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_INSTALL_FAILED",
    message: `npm could not install ${name} in ${project}: ${reason}.`,
    fix: `Check the network and npm's registry setting, then run the command again; or run npm install --ignore-scripts ${name} yourself.`,
    fault: "machine",
    facts: { name, project },
  });
}

/** A tfjs-node of a version that this package does not work with. */
export function packageVersion(name: string, version: string, project: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_PACKAGE_VERSION",
    message: `${name} in ${project} is of version ${version}, but 4.x is needed.`,
    fix: `Run npm install --ignore-scripts ${name}@^4.22.0 there, then the command again.`,
    facts: { name, version, project },
  });
}

/** The files of tfjs-node cannot be changed. */
export function notWritable(folder: string, cause: Error): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_NOT_WRITABLE",
    message: `The files of the package in ${folder} could not be changed: ${cause.message}.`,
    fix: "The package was left as it was. Run the command as the user who owns that folder, on a disk with space left; or link a tfjs-node in a project of your own with --project.",
    fault: "machine",
    facts: { folder },
    cause,
  });
}

/** tfjs-node has libraries that were not linked by this command. */
export function dependenciesPresent(folder: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_DEPS_PRESENT",
    message: `The package in ${folder} already has a TensorFlow of its own in deps, which its installer downloaded.`,
    fix: `If the engine works ("ssl3d doctor"), there is nothing to do; to link to another TensorFlow, delete ${folder}/deps and run the command again.`,
    facts: { folder },
  });
}

/** The addon could not be compiled; the package is as it was. */
export function buildFailed(folder: string, reason: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_BUILD_FAILED",
    message: `The addon of ${folder} could not be compiled: ${reason}.`,
    fix: "The package was left as it was. Headers of Node come from its own installation or from nodejs.org; npm_config_nodedir names another place. A compiler for C++17 is needed.",
    fault: "machine",
    facts: { folder },
  });
}

/** The addon was compiled but does not compute. */
export function proofFailed(folder: string, reason: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_PROOF_FAILED",
    message: `The addon of ${folder} was compiled but does not compute: ${reason}.`,
    fix: "The package was left as it was. Check that Python itself can import this TensorFlow; if it cannot, install another version.",
    fault: "machine",
    facts: { folder },
  });
}

/** The linking was interrupted; the package is as it was. */
export function interrupted(cause: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LINK_INTERRUPTED",
    message: "Linking TensorFlow was interrupted.",
    fix: "The package was left as it was; run the command again.",
    fault: "machine",
    cause,
  });
}
