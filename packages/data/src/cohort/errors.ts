import { Ssl3dError } from "@ssl3d/core";

/** A file that is no anatomy pack. */
export function anatomyPackError(file: string, channels: number, type: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_COHORT_ANATOMY",
    message: `"${file}" is not an anatomy pack: expected 4 channels (CSF, grey matter, white matter, T1) of type Uint8Array, received ${channels} of type ${type}.`,
    fix: "Pass the bytes of the file of this name in the assets folder of @ssl3d/data.",
    facts: { file, channels, type },
  });
}
