/** How {@link decodeGrade} reads a row of answers. */
export interface GradeDecoding {
  /** An answer above it is a yes. Default 0.5. */
  readonly threshold?: number;
  /** The grade of a row without a yes: 0 (default), or -1 as the original has it, whose kappa then drops the case. */
  readonly none?: 0 | -1;
}

/**
 * A grade as independent answers to "at least grade k?", k from 0: the first `grade` + 1 of `grades` entries are 1. The first
 * entry is always 1; the original has it, and its checkpoints with it.
 */
export function encodeGrade(grade: number, grades: number): Uint8Array {
  return Uint8Array.from({ length: grades }, (_, k) => (k <= grade ? 1 : 0));
}

/** The grade of a row of answers: how many are above the threshold, less one. They need not fall from left to right. */
export function decodeGrade(answers: ArrayLike<number>, { threshold = 0.5, none = 0 }: GradeDecoding = {}): number {
  let yes = 0;
  for (let k = 0; k < answers.length; k++) if (answers[k]! > threshold) yes++;
  return yes === 0 ? none : yes - 1;
}
