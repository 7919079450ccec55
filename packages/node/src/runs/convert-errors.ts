import { Ssl3dError } from "@ssl3d/core";

/** Reading a damaged file did not come to an end. */
export function conversionEndless(file: string, seconds: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CONVERSION_ENDLESS",
    message: `Reading ${file} was stopped after ${Math.round(seconds)} s of computing, far more than a sound file of its size needs.`,
    fix: "The file is damaged: copy it again from its source.",
    facts: { file, seconds },
  });
}

/** The folder to convert to is there and holds something: an earlier conversion, or what must not be lost. */
export function conversionExists(folder: string, isConversion: boolean): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CONVERSION_EXISTS",
    message: `Expected a new or empty folder to write to, received ${folder}, which holds ${isConversion ? "an earlier conversion" : "files that are no conversion"}.`,
    fix: `Name another folder${isConversion ? ", or add --overwrite to replace it" : "; --overwrite replaces conversions alone"}.`,
    facts: { folder },
  });
}

/** A file stands where the folder is to be written. */
export function conversionIsFile(path: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CONVERSION_EXISTS",
    message: `Expected a new or empty folder to write to, received ${path}, which is a file.`,
    fix: "Name another folder; it is made where it is missing.",
    facts: { path },
  });
}

/** What came of a conversion could not be written. */
export function conversionNotWritten(output: string, what: "file" | "folder", cause: Ssl3dError): Ssl3dError {
  const { code } = cause.facts as { readonly code?: string };
  const other = `name another ${what}`;
  const fix =
    code === "ENOSPC" || code === "EDQUOT"
      ? `Free some space, or ${other}; nothing was written.`
      : cause.fault === "input"
        ? `Name another ${what}, whose path leads through folders alone; those that are missing are made.`
        : `Check the disk and the permissions, or ${other}; nothing was written.`;
  return new Ssl3dError({ code: "SSL3D_WRITE_FAILED", message: cause.message, fix, fault: cause.fault, facts: { output, code }, cause });
}

/** The mapping file is no JSON. */
export function mappingNotJson(path: string, cause: unknown): Ssl3dError {
  const reason = cause instanceof Error ? cause.message.replace(/\.$/, "") : "it cannot be parsed";
  return new Ssl3dError({
    code: "SSL3D_DAMAGED_FILE",
    message: `Expected a mapping file in JSON, received ${path}: ${reason}.`,
    fix: "Correct it, or begin with one of the two in docs/from-other-frameworks.md. The mapping comes first, the safetensors file second.",
    facts: { path },
    cause,
  });
}

/** A folder stands where a file to convert is expected. */
export function inputIsFolder(path: string, expected: string, what: string, fix: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_READ_FAILED",
    message: `Expected ${expected}, received ${path}, which is ${what}.`,
    fix,
    facts: { path },
  });
}

/** A file stands where a folder to convert is expected. */
export function inputIsFile(path: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_NOT_A_FOLDER",
    message: `Expected a converted folder, a run folder or an encoder folder, received ${path}, which is a file.`,
    fix: /\.(hdf5|h5)$/i.test(path) ? "A Keras file becomes such a folder with ssl3d convert keras." : "Give the folder that holds contract.json or encoder/contract.json.",
    facts: { path },
  });
}

/** A name by which Keras does not know an HDF5 file. */
export function kerasFileName(path: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_FILE_NAME",
    message: `Expected a file name that ends in .hdf5 or .h5, received ${path}.`,
    fix: "Add the ending: Keras takes files of other names for other formats.",
    facts: { path },
  });
}

/** The file to convert to is there. */
export function kerasFileExists(path: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CONVERSION_EXISTS",
    message: `Expected a new file to write to, received ${path}, which is there.`,
    fix: "Name another file, or add --overwrite to replace it.",
    facts: { path },
  });
}

/** A folder stands where a file is to be written. */
export function kerasFileIsFolder(path: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CONVERSION_EXISTS",
    message: `Expected the name of a file to write, such as weights.hdf5, received ${path}, which is a folder.`,
    fix: "Name a file in it.",
    facts: { path },
  });
}

/** A converted network does not give the outputs that the user has of it. */
export function conversionDiffers(expected: string, problem: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CONVERSION_DIFFERS",
    message: `The converted network does not give the outputs in ${expected}: ${problem}.`,
    fix: "Check that the inputs and outputs belong to this checkpoint and that the outputs were computed in inference mode; nothing was written.",
    facts: { expected },
  });
}
