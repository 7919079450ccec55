/** What an {@link Ssl3dError} is made of. */
export interface Failure {
  /** Stable identifier; `docs/errors.md` has a heading for each. */
  readonly code: `SSL3D_${string}`;
  /** What was expected and what was received, with the file, field and value. One sentence, ending in a full stop. */
  readonly message: string;
  /** What to do next, as an instruction. */
  readonly fix: string;
  /** Whose fault it is: wrong usage or input ("input", exit code 2) or the machine ("machine", exit code 1). Default "input". */
  readonly fault?: "input" | "machine";
  /** Machine-readable details. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error written for the person who can mend it: what was wrong, where, and what to do. Never shown with a stack trace. */
export class Ssl3dError extends Error {
  override readonly name = "Ssl3dError";
  readonly code: Failure["code"];
  readonly fix: string;
  readonly fault: "input" | "machine";
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(failure: Failure) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.code = failure.code;
    this.fix = failure.fix;
    this.fault = failure.fault ?? "input";
    this.facts = failure.facts ?? {};
  }
}

/** Tells an {@link Ssl3dError} from any other value, also across duplicate copies of this package. */
export function isSsl3dError(value: unknown): value is Ssl3dError {
  return value instanceof Error && value.name === "Ssl3dError" && "code" in value && "fix" in value;
}
