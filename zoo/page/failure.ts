/** What went wrong, in a form that crosses threads and that the page shows: never a stack trace. */
export interface Failure {
  /** The error's code, where it is one of ours. */
  readonly code: string | null;
  readonly message: string;
  readonly fix: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Something that no error of ours describes: a file that vanished, memory that ran out, a fault of the page. */
export function unexpected(file: string, reason: string): Failure {
  return {
    code: null,
    message: `Converting ${file} failed: ${reason.split("\n")[0]!.slice(0, 200).replace(/\.$/, "")}.`,
    fix: "Choose the file again. If that changes nothing, try the command ssl3d convert keras, which has more memory than a page.",
    facts: {},
  };
}

/** Reading a damaged file did not come to an end. */
export function endless(file: string, seconds: number): Failure {
  return {
    code: "SSL3D_CONVERSION_ENDLESS",
    message: `Reading ${file} was stopped after ${Math.round(seconds)} s, far more than a sound file of its size needs.`,
    fix: "The file is damaged: copy it again from its source.",
    facts: { file, seconds },
  };
}
