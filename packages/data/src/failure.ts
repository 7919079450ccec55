import { Ssl3dError, type Failure } from "@ssl3d/core";

/** An error of this package: what is wrong, what to do, and machine-readable details. */
export function failure(code: Failure["code"], message: string, fix: string, facts: Failure["facts"] = {}, cause?: unknown): Ssl3dError {
  return new Ssl3dError({ code, message, fix, facts, ...(cause === undefined ? {} : { cause }) });
}
