import { Ssl3dError } from "@ssl3d/core";

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

/** Images of which an encoder's poolings leave nothing. */
export function imagePooledAway(path: string, size: readonly number[], least: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_IMAGE_POOLED_AWAY",
    message: `Expected images of at least ${least} voxels along every axis, which this encoder pools to one; received [${size.join(", ")}] in ${path}.`,
    fix: `Pad the images to ${least} voxels, or use an encoder with fewer levels.`,
    facts: { path, size, least },
  });
}

/** Another error about arrays, saying which files they came from. */
export function ofFiles(error: Ssl3dError, paths: readonly string[]): Ssl3dError {
  const { code, message, fix, fault, facts } = error;
  return new Ssl3dError({ code, message: `${paths.join(" and ")}: ${message}`, fix, fault, facts: { ...facts, paths }, cause: error });
}

/** An array holds NaN or an infinite number. */
export function arrayNotFinite(path: string, place: readonly number[], value: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_INPUT_NOT_FINITE",
    message: `Expected finite numbers (as float32) in ${path}, but it holds ${value} at [${place.join(", ")}].`,
    fix: "Mend the array, for instance with numpy.nan_to_num, or find out where the values come from.",
    facts: { path, place },
  });
}

/** Arrays that a network does not take. `expected` is what it takes, such as "[batch, 27, 1]". */
export function runInputs(network: string, expected: string, files: readonly { readonly path: string; readonly shape: readonly number[] }[]): Ssl3dError {
  const received = files.map(({ path, shape }) => `${path} with [${shape.join(", ")}]`).join(" and ");
  return new Ssl3dError({
    code: "SSL3D_RUN_INPUTS",
    message: `The network of ${network} takes ${expected}; received ${received === "" ? "nothing" : received}.`,
    fix: "Give one --input for each array that it takes, in this order, of these shapes, channels last.",
    facts: { network, expected, files: files.map(({ path, shape }) => ({ path, shape })) },
  });
}

/** Arrays for one network that hold different numbers of examples. */
export function runBatches(first: { readonly path: string; readonly shape: readonly number[] }, other: { readonly path: string; readonly shape: readonly number[] }): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_RUN_INPUTS",
    message: `Expected as many examples in ${other.path} as in ${first.path}, ${first.shape[0]}; received ${other.shape[0]}: [${other.shape.join(", ")}].`,
    fix: "Give inputs whose first axis, the batch, is equally long.",
    facts: { first, other },
  });
}
