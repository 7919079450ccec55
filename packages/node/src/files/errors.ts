import { Ssl3dError } from "@ssl3d/core";

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
