import { fetchLibrary, locateLibraries } from "@ssl3d/backend-onednn";
import { isSsl3dError } from "@ssl3d/core";

/** Seconds that are spent on the download before it is given up. */
const PATIENCE = 90;

/**
 * Gets the native engine's library where that is quick, as `ssl3d engine fetch` does; the embedded engine computes where it is
 * not. Resolves to one line on what happened; undefined where the library was there.
 * @throws only where `signal` stops it
 */
export async function tryFetchLibrary(signal?: AbortSignal): Promise<string | undefined> {
  if (locateLibraries().some(({ source }) => source === "SSL3D_ONEDNN_LIBRARY" || source === "platform package")) return undefined;
  const timeout = AbortSignal.timeout(PATIENCE * 1000);
  try {
    const { fresh, release, path } = await fetchLibrary({ signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) });
    return fresh ? `Fetched oneDNN ${release.onednn} (${release.licence}) for the native engine: ${path}` : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted) return `No native engine: oneDNN's library did not arrive within ${PATIENCE} s. "npm run engine" takes its time.`;
    if (isSsl3dError(error)) return `No native engine: ${error.message} ${error.fix}`;
    throw error;
  }
}
