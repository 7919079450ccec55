import { DEFAULT_PLUGINS, named, validate, type Dataset } from "@ssl3d/core";
import { discoverPlugins, openDataset, usePlugin } from "@ssl3d/node";
import { PACKAGE_FOLDER } from "../version.js";

/** Opens the data set that a configuration names, before the configuration is checked as a whole. */
export async function openConfiguredDataset(data: { readonly path: string; readonly dataset?: unknown }): Promise<Dataset> {
  const { plugins } = await discoverPlugins({ cwd: process.cwd(), bundled: [PACKAGE_FOLDER] });
  const layout = validate(named, data.dataset ?? DEFAULT_PLUGINS.dataset, "--dataset");
  return await openDataset(await usePlugin(plugins, "dataset", layout), data.path);
}
