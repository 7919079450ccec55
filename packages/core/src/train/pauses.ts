/**
 * Waits for a promise unless the signal comes first: then, or where it came before, resolves to undefined and lets the
 * promise go on unheeded.
 */
export async function unlessAborted<T>(
  start: () => Promise<T>,
  signal: AbortSignal | undefined
): Promise<T | undefined> {
  // engines that compute within `await` never let the event loop turn: without this pause Ctrl-C and workers go unheard
  await eventLoopTurn();
  if (signal === undefined) return start();
  if (signal.aborted) return undefined;
  let stop: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    const work = start();
    work.catch(() => undefined);
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
