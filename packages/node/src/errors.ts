import { nearest, Ssl3dError } from "@ssl3d/core";

/** A file could not be written; nothing half-written is left. */
export function writeFailed(path: string, cause: NodeJS.ErrnoException): Ssl3dError {
  const reasons: Record<string, string> = {
    ENOSPC: "the disk is full",
    EDQUOT: "the disk quota is used up",
    EIO: "the disk reports an input/output error",
    EROFS: "the file system is read-only",
    EACCES: "permission is denied",
    EPERM: "permission is denied",
    ENOTDIR: "a part of the path is a file, not a folder",
    EEXIST: "a file lies where a folder is to be",
    EISDIR: "it is a folder, not a file",
    ENAMETOOLONG: "the name is too long",
  };
  const code = cause.code ?? "unknown error";
  const wrongPath = ["ENOTDIR", "EEXIST", "EISDIR", "ENAMETOOLONG"].includes(code);
  return new Ssl3dError({
    code: "SSL3D_WRITE_FAILED",
    message: `Could not write ${path}: ${reasons[code] ?? cause.message} (${code}).`,
    fix:
      code === "ENOSPC" || code === "EDQUOT"
        ? "Free some space or choose another --output. What was saved before is intact; continue with --resume."
        : wrongPath
          ? "Choose another --output."
          : "Check the disk and the folder's permissions, or choose another --output. What was saved before is intact.",
    fault: wrongPath ? "input" : "machine",
    facts: { path, code },
    cause,
  });
}

/** A file could not be read. */
export function readFailed(path: string, cause: NodeJS.ErrnoException): Ssl3dError {
  const missing = cause.code === "ENOENT";
  return new Ssl3dError({
    code: "SSL3D_READ_FAILED",
    message: missing
      ? `Expected a file at ${path}, but there is none.`
      : `Could not read ${path}: ${cause.message.replace(/\.$/, "")}.`,
    fix: missing ? "Check the path for a typing error." : "Check that it is a file and that you may read it.",
    fault: cause.code === "EIO" ? "machine" : "input",
    facts: { path, code: cause.code },
    cause,
  });
}

/** A folder that should exist does not, or is a file. */
export function notAFolder(path: string, reason: "missing" | "file"): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_NOT_A_FOLDER",
    message: `Expected a folder at ${path}, but ${reason === "missing" ? "there is nothing" : "it is a file"}.`,
    fix: reason === "missing" ? "Check the path for a typing error." : "Give the folder that holds the file.",
    facts: { path },
  });
}

/** Another living process works on the folder. */
export function folderLocked(folder: string, owner: { pid: number; host: string; since: string }, here: boolean): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_RUN_LOCKED",
    message: `The run folder ${folder} is in use by process ${owner.pid} on ${owner.host} since ${owner.since}.`,
    fix: here
      ? "Wait for that process or stop it, or choose another --output."
      : `Wait for it, or, if nothing runs there any more, delete ${folder}/.lock and try again.`,
    facts: { folder, ...owner },
  });
}

/** A new run was asked for in a folder that already holds one. */
export function runExists(folder: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_RUN_EXISTS",
    message: `The folder ${folder} already holds a run, and a new one would overwrite it.`,
    fix: "Add --resume to continue it, or choose another --output.",
    facts: { folder },
  });
}

/** A folder holds no run. */
export function runNotFound(folder: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_RUN_NOT_FOUND",
    message: `There is no run in ${folder}: config.json is missing.`,
    fix: "Give the folder that was the --output of a pretraining or fine-tuning run.",
    facts: { folder },
  });
}

/** The run folder is the data's, or lies within it. */
export function outputInData(output: string, data: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_OUTPUT_IN_DATA",
    message: `The run folder ${output} lies in the data folder ${data}, where its predictions would be taken for cases.`,
    fix: "Choose an --output beside the data, such as runs/a.",
    facts: { output, data },
  });
}

/** `--resume` on a folder without a run. */
export function nothingToResume(folder: string, missing: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_NOTHING_TO_RESUME",
    message: `There is no run to continue in ${folder}: ${missing} is missing.`,
    fix: "Start without --resume, or check --output.",
    facts: { folder, missing },
  });
}

/** A run is continued under a configuration that would change its result. */
export function resumeMismatch(folder: string, fields: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_RESUME_MISMATCH",
    message: `The run in ${folder} was started with other settings; they differ in ${fields.join(", ")}.`,
    fix: `Resume with the settings in ${folder}/config.json, or start a new run with another --output.`,
    facts: { folder, fields },
  });
}

/** A file of a checkpoint or an encoder is not what its hash says. */
export function hashMismatch(path: string, expected: string, received: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_HASH_MISMATCH",
    message: `${path} is damaged or was changed: expected sha256 ${expected}, received ${received}.`,
    fix: "Copy the folder again from its source, or delete the damaged checkpoint to continue from an earlier one.",
    facts: { path, expected, received },
  });
}

/** A JSON file of a run or an encoder cannot be understood. */
export function damagedFile(path: string, reason: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_DAMAGED_FILE",
    message: `${path} cannot be used: ${reason}.`,
    fix: "Copy the folder again from its source, or make it anew.",
    facts: { path },
  });
}

/** A package that a plugin needs beside it is missing or of the wrong version. */
export function pluginMissingPeer(packageName: string, peer: string, range: string, version: string | undefined): Ssl3dError {
  const received = version === undefined ? "it is not installed" : `version ${version} is installed`;
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_PEER",
    message: `${packageName} needs ${peer} ${range}, but ${received}.`,
    fix: `Run npm install "${peer}@${range}".`,
    facts: { package: packageName, peer, range, version },
  });
}

/** A plugin package cannot be read or imported. */
export function pluginPackageUnusable(packageName: string, reason: string, cause?: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_UNUSABLE",
    message: `The plugin package ${packageName} cannot be used: ${reason.replace(/\.$/, "")}.`,
    fix: `Install it again (npm install ${packageName}), or tell its author.`,
    facts: { package: packageName },
    cause,
  });
}

/** A package's manifest names an export that is another plugin. */
export function pluginWrongExport(
  expected: { readonly package: string; readonly export: string; readonly kind: string; readonly name: string },
  received: { readonly kind: string; readonly name: string },
): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_EXPORT",
    message:
      `The manifest of ${expected.package} says that its export "${expected.export}" is the ${expected.kind} ` +
      `"${expected.name}", but it is the ${received.kind} "${received.name}".`,
    fix: `Correct "ssl3d" in the package.json of ${expected.package}, or tell its author.`,
    facts: { ...expected, received: `${received.kind}/${received.name}` },
  });
}

/** A folder holds no encoder. */
export function encoderNotFound(path: string, unfinished: boolean): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ENCODER_NOT_FOUND",
    message: unfinished
      ? `The run in ${path} has no encoder yet: it is not finished.`
      : `There is no encoder in ${path}: neither contract.json nor encoder/contract.json.`,
    fix: unfinished
      ? "Let it finish, continuing it with --resume if it was interrupted."
      : "Give the folder of a finished pretraining or fine-tuning run, or its encoder folder.",
    facts: { path },
  });
}

/** A folder holds no trained head. */
export function headNotFound(path: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_HEAD_NOT_FOUND",
    message: `There is no trained head in ${path}: head/head.json is missing.`,
    fix: "Give the folder of a finished fine-tuning run; a pretraining run has an encoder only, see ssl3d finetune.",
    facts: { path },
  });
}

/** A configuration names a case that the data set lacks. */
export function caseUnknown(id: string, known: readonly string[], folder: string): Ssl3dError {
  const close = nearest(id, known, 1)[0];
  return new Ssl3dError({
    code: "SSL3D_CASE_UNKNOWN",
    message: `There is no case "${id}" among the ${known.length} of ${folder}.`,
    fix: close === undefined ? `See "ssl3d data inspect ${folder}" for the ids.` : `Did you mean "${close}"?`,
    facts: { id, folder },
  });
}

/** A data set has fewer cases than the run needs. */
export function casesTooFew(found: number, need: number, what: string, folder: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CASES_TOO_FEW",
    message: `${folder} has ${found} ${what}, but at least ${need} ${need === 1 ? "is" : "are"} needed.`,
    fix: "Add cases, check the folder and the data set's layout, or ask for fewer.",
    facts: { found, need, folder },
  });
}

/** Labelled cases whose truths the online probes cannot take. */
export function probeTruth(folder: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_PROBE_TRUTH",
    message: `Expected label volumes, or one class number for each case, to probe features on; ${folder} has others, or both.`,
    fix: "Name a folder of such cases in probe.data.path, or remove probe.data.",
    facts: { folder },
  });
}

/** Slices are asked for of what is a single image already. */
export function slicesOfImage(caseId: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_SLICES_OF_IMAGE",
    message: `Expected volumes to take slices of, but case "${caseId}" is a 2D image.`,
    fix: "Remove data.slices: 2D images are taken as they are.",
    facts: { caseId },
  });
}

/** A volume without a slice that shows enough. */
export function slicesEmpty(caseId: string, axis: string, foreground: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_SLICES_EMPTY",
    message: `Case "${caseId}" has no ${axis} slice of which at least ${100 * foreground} % differ from the background.`,
    fix: "Lower data.slices.foreground, crop to the foreground (data.preprocessing.cropToForeground), or leave the case out (data.cases).",
    facts: { caseId, axis, foreground },
  });
}

/** A task or encoder for images of another number of dimensions. */
export function pluginRank(kind: string, name: string, ranks: readonly number[], received: number, folder: string): Ssl3dError {
  const takes = ranks.length === 0 ? "images of no common number of dimensions" : ranks.map((rank) => `${rank}D images`).join(" or ");
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_RANK",
    message: `The ${kind} "${name}" takes ${takes}, but those made from ${folder} are ${received}D.`,
    fix: received === 3 ? 'Set data.slices to "axial" to work on slices, or choose another plugin (ssl3d plugins).' : "Choose another plugin (ssl3d plugins), or other data.",
    facts: { kind, name, ranks, received, folder },
  });
}

/** A plugin's examples hold nothing that an encoder could take. */
export function exampleWithoutImage(plugin: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_EXAMPLE_WITHOUT_IMAGE",
    message: `The examples of "${plugin}" hold no image: a float32 array with 2 or 3 spatial axes and channels.`,
    fix: "Tell the plugin's author: example() must return the image among its arrays.",
    facts: { plugin },
  });
}

/** The images do not fit the encoder. */
export function channelsMismatch(expected: number, received: number, where: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CHANNELS_MISMATCH",
    message: `The encoder takes ${expected} image channels, but ${where} has ${received}.`,
    fix: "Give images with the channels, and in the order, that the encoder was pretrained with.",
    facts: { expected, received, where },
  });
}

/** The images have another number of spatial axes than the encoder. */
export function rankMismatch(expected: number, received: number, where: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_RANK_MISMATCH",
    message: `The encoder is for ${expected}D images, but ${where} is ${received}D.`,
    fix: `Use an encoder for ${received}D images.`,
    facts: { expected, received, where },
  });
}

/** The files of one case do not lie on one grid. */
export function inputGridsDiffer(first: string, other: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_INPUT_GRIDS",
    message: `${other} does not lie on the grid of ${first}: their sizes or affines differ.`,
    fix: "Give the channels of one case, registered and resampled onto each other.",
    facts: { first, other },
  });
}

/** An input file is of no kind that the command reads. */
export function inputUnreadable(path: string, expected: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_INPUT_KIND",
    message: `Cannot use ${path}: expected ${expected}.`,
    fix: "Convert the file; DICOM series become NIfTI with dcm2niix.",
    facts: { path },
  });
}

/** An encoder has no such level. */
export function levelUnknown(level: string, known: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_LEVEL_UNKNOWN",
    message: `The encoder has no level "${level}"; it has ${known.join(", ")}.`,
    fix: "Give one of these as --level; 0 is the shallowest skip.",
    facts: { level, known },
  });
}

/** Files to compare are a file and a folder. */
export function evaluationKinds(prediction: string, truth: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_EVALUATION_KINDS",
    message: `Expected two label volumes or two folders of them, but one of ${prediction} and ${truth} is a file and the other a folder.`,
    fix: "Give two files, or two folders whose files have the same names.",
    facts: { prediction, truth },
  });
}

/** A folder holds no label volume. */
export function evaluationEmpty(folder: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_EVALUATION_EMPTY",
    message: `There is no label volume in ${folder}: looked for .nii, .nii.gz and .png files.`,
    fix: "Give the folder that holds the label volumes.",
    facts: { folder },
  });
}

/** A prediction has no truth, or a truth no prediction. */
export function evaluationPartner(missing: "truth" | "prediction", id: string, folder: string, known: readonly string[]): Ssl3dError {
  const close = nearest(id, known, 1)[0];
  return new Ssl3dError({
    code: "SSL3D_EVALUATION_PARTNER",
    message: `The case "${id}" has no ${missing} among the ${known.length} files of ${folder}${close === undefined ? "" : `; the nearest is "${close}"`}.`,
    fix: `Give prediction and truth the same name (a truth may end in _seg, -seg, _label or _mask), or take out the file without its partner.`,
    facts: { id, folder },
  });
}

/** Two files of a folder are for one case. */
export function evaluationTwice(id: string, folder: string, first: string, second: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_EVALUATION_TWICE",
    message: `The case "${id}" of ${folder} has two files: ${first} and ${second}.`,
    fix: "Remove or rename one of them.",
    facts: { id, files: [first, second] },
  });
}

/** A prediction does not lie over its truth. */
export function evaluationGrid(file: string, found: string, expected: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_EVALUATION_GRID",
    message: `${file} has ${found}; expected ${expected}.`,
    fix: "Compare label volumes on one grid: resample the prediction onto the truth's with nearest neighbour interpolation.",
    facts: { file, found, expected },
  });
}

/** A prediction's output file does not fit what the model predicts. */
export function predictOutput(output: string, expected: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_PREDICT_OUTPUT",
    message: `Expected an output file that ends in ${expected} for this model, received ${output === "" ? "none" : output}.`,
    fix: `Give --output a name that ends in ${expected}.`,
    facts: { output, expected },
  });
}
