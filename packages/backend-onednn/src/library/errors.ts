import { Ssl3dError } from "@ssl3d/core";

/** The variable that names the library names no file. */
export function libraryMissing(path: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ONEDNN_LIBRARY_MISSING",
    message: `The environment variable SSL3D_ONEDNN_LIBRARY names the file ${path}, but there is none.`,
    fix: "Correct the path (of libdnnl.so.3 or its like), or unset the variable to let ssl3d look for the library itself.",
    facts: { path },
  });
}
