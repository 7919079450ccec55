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

/** There is no library to fetch for this platform. */
export function platformUnsupported(platform: string, fix: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ONEDNN_PLATFORM",
    message: `The oneDNN library that ssl3d fetches is for Linux with glibc on x86-64; this is ${platform}.`,
    fix,
    fault: "machine",
    facts: { platform },
  });
}

/** The library could not be downloaded. */
export function downloadFailed(file: string, how: string, reason: string, cause?: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ONEDNN_DOWNLOAD",
    message: `Could not download ${file} ${how}: ${reason.replace(/\.$/, "")}.`,
    fix: `Check the network (and pip's settings of index and proxy) and run it again; or fetch the file on another machine and give it with "ssl3d engine fetch --wheel FILE".`,
    fault: "machine",
    facts: { file, how },
    cause,
  });
}

/** What was downloaded is not what was released. */
export function checksumMismatch(file: string, from: string, expected: string, received: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ONEDNN_CHECKSUM",
    message: `${file} from ${from} is not the file that was released: expected sha256 ${expected}, received ${received}. Nothing of it was kept.`,
    fix: "Run it again; if it stays so, the index or a proxy on the way changes files: fetch it from elsewhere and give it with --wheel.",
    fault: "machine",
    facts: { file, from, expected, received },
  });
}

/** The library could not be put into the cache. */
export function cacheUnwritable(folder: string, cause: NodeJS.ErrnoException): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ONEDNN_CACHE",
    message: `Could not write the library to ${folder}: ${cause.message.replace(/\.$/, "")}.`,
    fix: "Free some space or mend the folder's permissions, or set XDG_CACHE_HOME to another folder. Nothing half-written is left.",
    fault: "machine",
    facts: { folder, code: cause.code },
    cause,
  });
}

/** The file given as wheel cannot be read. */
export function wheelUnreadable(path: string, cause: NodeJS.ErrnoException): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ONEDNN_WHEEL",
    message: `Cannot read the wheel ${path}: ${cause.code === "ENOENT" ? "there is no such file" : cause.message.replace(/\.$/, "")}.`,
    fix: "Check the path; it is a .whl file as pip download leaves it.",
    facts: { path },
    cause,
  });
}
