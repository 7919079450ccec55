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
