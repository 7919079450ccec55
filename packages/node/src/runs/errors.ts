import { nearest, Ssl3dError } from "@ssl3d/core";

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

/** A folder without a pretrained decoder that a head can take. */
export function decoderNotFound(path: string, head: string, misfit?: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_DECODER_NOT_FOUND",
    message: misfit === undefined ? `${path} holds no decoder that the head "${head}" could start from.` : `The decoder of ${path} does not fit the head "${head}". ${misfit}`,
    fix:
      misfit === undefined
        ? "Give the run folder of a task that trains one, such as masked reconstruction, or take the encoder alone."
        : "Give the head the options that the decoder was trained with, such as `batchNorm`, or take the encoder alone.",
    facts: { path, head },
  });
}

/** A folder holds no layers of a proxy task, not the one asked for, or several to choose from. */
export function taskNotFound(path: string, wanted: string | undefined, found: readonly string[]): Ssl3dError {
  const list = found.join(", ");
  return new Ssl3dError({
    code: "SSL3D_TASK_NOT_FOUND",
    message:
      found.length === 0
        ? `There are no layers of a proxy task in ${path}: task/task.json is missing.`
        : wanted === undefined
          ? `${path} holds the layers of several proxy tasks: ${list}.`
          : `${path} holds no layers of a proxy task "${wanted}", but of ${list}.`,
    fix:
      found.length === 0
        ? "Give the folder of a finished pretraining run, or a converted full model."
        : `Name the one to take with --task: ${list}.`,
    facts: { path, wanted: wanted ?? null, found },
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

/** The images do not fit the encoder; with `adaptable` its first layer could be made to. */
export function channelsMismatch(expected: number, received: number, where: string, adaptable: boolean = false): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CHANNELS_MISMATCH",
    message: `The encoder takes ${expected} image channels, but ${where} has ${received}.`,
    fix: `Give images with the channels, and in the order, that the encoder was pretrained with${adaptable ? ", or add --partial (in a configuration, \"partial\": true) to adapt its first layer" : ""}.`,
    facts: { expected, received, where },
  });
}

/** A configuration names another architecture than the folder whose weights it starts from. */
export function architectureDiffers(from: string, stored: string, wanted: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ARCHITECTURE_DIFFERS",
    message: `The encoder in ${from} is ${stored}, but the configuration asks for ${wanted}.`,
    fix: "Leave out the encoder, which then comes from the folder; or add --partial to take over those weights that fit.",
    facts: { from, stored, wanted },
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

/** A task whose full model cannot be run. */
export function taskCannotInfer(task: string, owner: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_TASK_CANNOT_INFER",
    message: `The task "${task}" of ${owner} does not say what its network answers to raw inputs: it has no \`infer\`.`,
    fix: "Use the encoder alone with ssl3d encode; or, as the task's author, give its trainable the method infer.",
    facts: { task, package: owner },
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

/** A label volume holds values that the regions to score do not know. */
export function evaluationLabels(path: string, label: number, known: readonly number[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_EVALUATION_LABELS",
    message: `${path} holds the label ${label}; the BraTS regions are made of ${known.join(", ")}.`,
    fix: 'Leave --regions out to score every label by itself, or give label volumes of brain tumours.',
    facts: { path, label, known },
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
