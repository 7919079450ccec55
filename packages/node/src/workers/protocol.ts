import { isSsl3dError, Ssl3dError, type Example, type Failure } from "@ssl3d/core";

/** Asks a worker for an example. */
export interface ExampleRequest {
  /** Number of the example since the run's start. */
  readonly n: number;
}

/** What a worker answers. */
export type ExampleReply =
  | { readonly n: number; readonly example: Example }
  | { readonly n: number; readonly failure: SentFailure };

/** An error in a form that crosses threads; errors themselves lose their fields on the way. */
export type SentFailure =
  | { readonly coded: true; readonly failure: Omit<Failure, "cause"> }
  | { readonly coded: false; readonly message: string; readonly stack: string };

/** Packs an error for the way to the main thread: what was being done, and facts to add. */
export function packError(error: unknown, doing: string, extra: Readonly<Record<string, unknown>> = {}): SentFailure {
  if (isSsl3dError(error)) {
    const { code, message, fix, fault } = error;
    const facts = { ...(JSON.parse(JSON.stringify(error.facts)) as Record<string, unknown>), ...extra };
    return { coded: true, failure: { code, message, fix, fault, facts } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    coded: false,
    message: `${doing} failed: ${message}`,
    stack: error instanceof Error ? (error.stack ?? "") : "",
  };
}

/** Packs the error of an example, with the case it was made of. */
export function packExampleError(error: unknown, caseId: string): SentFailure {
  return packError(error, `Making an example of case "${caseId}"`, { caseId });
}

/** The buffers of an example, ready to be transferred. */
export function buffersOf(example: Example): ArrayBuffer[] {
  return Object.values(example).map(({ data }) => data.buffer as ArrayBuffer);
}

/** The error again: the same code, message and fix, or a plain error that keeps the worker's stack. */
export function unpackError(sent: SentFailure): Error {
  if (sent.coded) return new Ssl3dError(sent.failure);
  const error = new Error(sent.message);
  error.stack = sent.stack === "" ? (error.stack ?? "") : `${sent.message}\n${sent.stack}`;
  return error;
}
