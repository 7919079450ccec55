import { downloadFailed } from "./errors.js";
import type { Release } from "./release.js";

/** The public index of Python packages, asked only where there is no pip, which knows the user's own index. */
export const PUBLIC_INDEX = "https://pypi.org/simple/";

interface IndexPage {
  readonly files?: readonly { readonly filename: string; readonly url: string }[];
}

/**
 * Downloads a release's wheel from an index of Python packages (PEP 691).
 * @throws SSL3D_ONEDNN_DOWNLOAD, or the signal's reason
 */
export async function downloadFromIndex(
  release: Release,
  index: string,
  onBytes: (received: number) => void,
  signal?: AbortSignal,
): Promise<{ data: Buffer; url: string }> {
  const page = new URL(`${release.project}/`, index).href;
  try {
    const accept = { Accept: "application/vnd.pypi.simple.v1+json" };
    const { files = [] } = (await (await get(page, accept, signal)).json()) as IndexPage;
    const found = files.find(({ filename }) => filename === release.file);
    if (found === undefined) throw new Error("the index does not list it");
    const url = new URL(found.url, page).href;
    const response = await get(url, {}, signal);
    const chunks: Uint8Array[] = [];
    let received = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      onBytes((received += chunk.length));
    }
    return { data: Buffer.concat(chunks), url };
  } catch (error) {
    signal?.throwIfAborted();
    throw downloadFailed(release.file, `from ${new URL(index).host} (there is no pip here)`, reasonOf(error), error);
  }
}

async function get(url: string, headers: Record<string, string>, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(url, { headers, ...(signal && { signal }) });
  if (!response.ok) throw new Error(`${url} answers ${response.status} ${response.statusText}`);
  return response;
}

/** `fetch` itself says only "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
