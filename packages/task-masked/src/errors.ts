import { Ssl3dError } from "@ssl3d/core";

/** Volumes whose sides the encoder cannot halve without remainder. */
export function sizeNoMultiple(size: readonly number[], stride: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_MASKED_INPUT_SIZE",
    message: `Masked reconstruction on this encoder needs volumes whose sides are multiples of ${stride} voxels, received [${size.join(", ")}].`,
    fix: `Set the preprocessing's \`size\` to multiples of ${stride}, or take an encoder with fewer levels.`,
    facts: { size, stride },
  });
}

/** Volumes that are a single block, so that hiding it would leave nothing to go by. */
export function tooFewBlocks(size: readonly number[], blockSize: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_MASKED_ONE_BLOCK",
    message: `Expected volumes of at least two blocks of ${blockSize} voxels a side (option \`blockSize\`), received [${size.join(", ")}].`,
    fix: "Lower the task's option `blockSize`, or set the preprocessing's `size` to larger volumes.",
    facts: { size, blockSize },
  });
}
