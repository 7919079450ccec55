import { Ssl3dError } from "@ssl3d/core";

/** A file that cannot be read as HDF5, or lacks what every Keras file has. */
export function badHdf5(label: string, problem: string, cause?: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_FILE_INVALID",
    message: `Expected an HDF5 file that Keras wrote, received ${label}: ${problem}.`,
    fix: "Give a file that Keras saved with model.save(\"x.hdf5\") or model.save_weights(\"x.hdf5\"); if it is one, it is damaged: copy it again from its source.",
    facts: { file: label },
    cause,
  });
}

/** A file of another program, or of a later Keras. */
export function otherFormat(label: string, what: string, fix: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_FILE_INVALID",
    message: `Expected an HDF5 file that Keras 2 wrote, received ${label}, which is ${what}.`,
    fix,
    facts: { file: label },
  });
}

/** Weights that lie in another file, or nowhere. */
export function linkedElsewhere(label: string, what: string, where: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_FILE_INVALID",
    message: `Expected all weights within ${label}, but of ${what} they are not: ${where}.`,
    fix: "Write a file that holds everything itself: load it in Keras where the other files are, and save it again with model.save_weights(\"x.hdf5\").",
    facts: { file: label },
  });
}

/** Weights of a type that Keras' own trainings do not write. */
export function otherNumbers(label: string, what: string, received: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_FILE_INVALID",
    message: `Expected float32, float16 or float64 weights in ${label}, received in ${what} ${received}.`,
    fix: "Load the model in Keras where it was trained, turn its weights into float32, and save them again: model.save_weights(\"x.hdf5\").",
    facts: { file: label },
  });
}

/** A layer or a weight that none of the original's models has. */
export function unknownLayer(label: string, what: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_LAYER_UNKNOWN",
    message: `Expected a model of self-supervised-3d-tasks, received ${label}, which holds ${what}.`,
    fix: "Only the original's encoders, proxy models, heads and fine-tuned networks are converted; for others write a mapping (ssl3d convert mapping).",
    facts: { file: label },
  });
}

/** A layer of a known kind whose settings are not the original's, so that its weights would compute something else here. */
export function otherSetting(label: string, layer: string, setting: string, expected: unknown, received: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_SETTING_UNKNOWN",
    message: `Expected ${setting} ${JSON.stringify(expected)} in layer "${layer}" of ${label}, as the original has it, received ${JSON.stringify(received)}.`,
    fix: "This network computes something else than the original's; it cannot be converted without changing its results.",
    facts: { file: label, layer, setting, expected, received },
  });
}

/** Weights whose order and shapes belong to none of the original's models. */
export function notRecognised(label: string, found: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_NOT_RECOGNISED",
    message: `Expected the weights of a model of self-supervised-3d-tasks in ${label}, received ${found}.`,
    fix: "Convertible are U-Net encoders, Keras applications, the five proxy tasks' models, their heads and fine-tuned networks; docs/from-the-original.md lists them. For others write a mapping (ssl3d convert mapping).",
    facts: { file: label },
  });
}

/** Something that the file does not say and that has no safe default. */
export function ambiguous(label: string, option: string, question: string, candidates: readonly (string | number)[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_AMBIGUOUS",
    message: `${label} does not say ${question}; it can be ${candidates.join(", ")}.`,
    fix: `Add ${candidates.map((candidate) => `--${option} ${candidate}`).join(" or ")}.`,
    facts: { file: label, option, candidates },
  });
}

/** An option that contradicts what the file holds. */
export function contradicts(label: string, option: string, received: unknown, why: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_OPTION_CONTRADICTS",
    message: `Received --${option} ${String(received)}, which does not fit ${label}: ${why}.`,
    fix: `Leave --${option} out to let the file decide, or correct it.`,
    facts: { file: label, option, received },
  });
}

/** A weight that is no number. */
export function weightsNotFinite(label: string, tensor: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_NOT_FINITE",
    message: `Expected finite weights in ${label}, received NaN or infinite values in "${tensor}".`,
    fix: "The training that wrote the file had diverged: take an earlier checkpoint.",
    facts: { file: label, tensor },
  });
}
