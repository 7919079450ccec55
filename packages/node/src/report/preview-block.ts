import { createRandom, tasksOf, type Figure, type PretrainConfig, type WeightedTask } from "@ssl3d/core";
import { backgroundOf } from "@ssl3d/data";
import type { Block } from "@ssl3d/report";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { openDataset, usePlugin } from "../runs/use-plugin.js";
import { createViews, type DrawView } from "../workers/draw-view.js";
import { loadCase } from "../workers/example-maker.js";

const PREVIEWS = 6;

/** What each proxy task shows the network: examples made from the run's own first case. None for a task without a preview. */
export async function previewBlocks(config: PretrainConfig, plugins: readonly DiscoveredPlugin[]): Promise<Block[]> {
  const draw = createViews(config.data);
  const blocks: Block[] = [];
  for (const task of tasksOf(config.task)) blocks.push(...(await previewBlock(task, config, draw, plugins)));
  return blocks;
}

async function previewBlock(task: WeightedTask, config: PretrainConfig, draw: DrawView, plugins: readonly DiscoveredPlugin[]): Promise<Block[]> {
  const { plugin, options } = await usePlugin(plugins, "task", task);
  if (plugin.preview === undefined) return [];
  const dataset = await openDataset(await usePlugin(plugins, "dataset", config.data.dataset), config.data.path);
  const ids = config.data.cases ?? dataset.cases.map((part) => part.id);
  const id = ids[0];
  if (id === undefined) return [];
  const labelled = await loadCase(dataset, id, config.data.preprocessing, false);
  const wanted = plugin.companions?.(options) ?? 0;
  const others = ids.length > 1 ? ids.slice(1, 1 + wanted) : new Array<string>(wanted).fill(id);
  const companions = await Promise.all(others.map((other) => loadCase(dataset, other, config.data.preprocessing, false)));
  const random = createRandom(config.seed).split("preview");
  const figures: Figure[] = [];
  for (let attempt = 0; attempt < 10 * PREVIEWS && figures.length < PREVIEWS; attempt++) {
    const stream = random.split(attempt);
    const view = draw(labelled, stream.split("view")).image;
    const others = companions.map((companion, index) => draw(companion, stream.split(index)).image);
    const made = plugin.preview(plugin.example(view, options, stream, others), options);
    // the figures of an example belong together; another question says more than the same one twice
    const isKnown = made.every(({ title }) => figures.some((figure) => figure.title === title));
    if (isKnown || figures.length + made.length > PREVIEWS) continue;
    const [background] = backgroundOf(view) as [number];
    figures.push(...made.map((figure) => darken(figure.image.shape.length === view.size.length + 1 ? { spacing: view.spacing, ...figure } : figure, background)));
  }
  const planes = figures.some(({ image }) => image.shape.length === 4) ? " Volumes are shown in three planes (axial, coronal, sagittal of the array, first channel)." : "";
  return [{ kind: "figures", title: `What the network sees: ${task.name}`, caption: `Made from ${id}.${planes}`, figures }];
}

/** A grey figure whose background is black, as it is in the scan, however small a part of it the figure shows. */
function darken(figure: Figure, background: number): Figure {
  const { data, shape } = figure.image;
  const channels = shape[shape.length - 1]!;
  if (channels === 3 && shape.length === 3) return figure;
  const grey = Float32Array.from({ length: data.length / channels }, (_, pixel) => data[pixel * channels]!);
  // interpolation leaves the background's value but for rounding
  const tolerance = 1e-5 * (1 + Math.abs(background));
  const image = { data: grey.map((value) => (Math.abs(value - background) <= tolerance ? -Infinity : value)), shape: [...shape.slice(0, -1), 1] };
  return { ...figure, image };
}
