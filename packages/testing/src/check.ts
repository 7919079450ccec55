/** One thing that a contract asks for: passes if `run` resolves, fails with the message of what it throws. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** A check of something that may throw at once. */
export function createCheck(name: string, run: () => Promise<void> | void): Check {
  return { name, run: async () => run() };
}

/** Throws with the message unless the condition holds. */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
