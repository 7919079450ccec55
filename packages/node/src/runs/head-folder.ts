import type { Head, HeadPlugin } from "@ssl3d/core";
import { runPaths } from "../files/run-folder.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import type { StoredEncoder } from "./encoder-folder.js";
import { headNotFound } from "./errors.js";
import { loadOnEncoder, readPart } from "./part-folder.js";
import { usePlugin, type UsedPlugin } from "./use-plugin.js";

/** A fine-tuned network: encoder and head. */
export interface StoredModel extends StoredEncoder {
  readonly head: Head;
  readonly plugin: UsedPlugin<HeadPlugin>;
  readonly inputSize: readonly number[];
}

/**
 * Builds the network of a fine-tuning run or a converted folder and loads its weights, strictly.
 * @throws SSL3D_HEAD_NOT_FOUND, and as {@link loadOnEncoder}
 */
export async function loadModel(run: string, plugins: readonly DiscoveredPlugin[]): Promise<StoredModel> {
  const stored = await readPart(runPaths(run).head, "head");
  if (stored === undefined) throw headNotFound(run);
  const plugin = await usePlugin(plugins, "head", stored, stored.path);
  const { part, ...below } = await loadOnEncoder(run, stored, plugins, (request) => plugin.plugin.build({ ...request, options: plugin.options }));
  return { ...below, head: part, plugin, inputSize: stored.inputSize };
}
