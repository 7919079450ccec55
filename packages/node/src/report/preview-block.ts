import { createRandom, type PretrainConfig, type Figure } from "@ssl3d/core";
import type { Block } from "@ssl3d/report";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { openDataset, usePlugin } from "../runs/use-plugin.js";
import { loadCase } from "../workers/example-maker.js";

const PREVIEWS = 6;

/** What the proxy task shows the network: examples made from the run's own first case. None where the task has no preview. */
export async function previewBlock(config: PretrainConfig, plugins: readonly DiscoveredPlugin[]): Promise<Block[]> {
  const { plugin, options } = await usePlugin(plugins, "task", config.task);
  if (plugin.preview === undefined) return [];
  const dataset = await openDataset(await usePlugin(plugins, "dataset", config.data.dataset), config.data.path);
  const id = config.data.cases?.[0] ?? dataset.cases[0]?.id;
  if (id === undefined) return [];
  const imageOf = async (caseId: string) => (await loadCase(dataset, caseId, config.data.preprocessing, false)).image;
  const image = await imageOf(id);
  const others = dataset.cases.filter((other) => other.id !== id).slice(0, plugin.companions?.(options) ?? 0);
  const companions = await Promise.all(others.map((other) => imageOf(other.id)));
  const random = createRandom(config.seed).split("preview");
  const figures: Figure[] = [];
  for (let attempt = 0; attempt < 10 * PREVIEWS && figures.length < PREVIEWS; attempt++) {
    for (const figure of plugin.preview(plugin.example(image, options, random.split(attempt), companions), options)) {
      // Different questions say more than the same one twice.
      if (!figures.some(({ title }) => title === figure.title)) figures.push({ ...figure, spacing: image.spacing });
    }
  }
  const caption = `Made from ${id}. Volumes are shown in three planes (axial, coronal, sagittal of the array, first channel).`;
  return [{ kind: "figures", title: `What the network sees: ${config.task.name}`, caption, figures: figures.slice(0, PREVIEWS) }];
}
