/** Turns Ctrl-C into a request to stop. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Puts the process' signals back as they were. */
  readonly release: () => void;
}

/**
 * The first SIGINT or SIGTERM asks the work to save and stop; the second ends the process at once, with exit code 130.
 * `tell` is called with what to say at the first.
 */
export function onInterrupt(tell: (text: string) => void): Interruption {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    tell("Interrupted: saving after this step. Press Ctrl-C again to quit at once.");
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    },
  };
}
