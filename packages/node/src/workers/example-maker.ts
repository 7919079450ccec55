import {
  createRandom,
  type Dataset,
  type DatasetPlugin,
  type Example,
  type LabelledCase,
  type PreprocessingOptions,
  type Random,
  type ViewOptions,
  type Volume,
} from "@ssl3d/core";
import { createVolumeCache, preprocess, preprocessLabels } from "@ssl3d/data";
import { folderFiles } from "../files/folder-files.js";
import { casesTooFew } from "../runs/errors.js";
import { caseChannels } from "./errors.js";
import type { PluginModule } from "../plugins/load.js";
import { createViews, drawsAtRandom } from "./draw-view.js";
import { createExampleOrder } from "./example-order.js";
import { loadExamplePlugin, loadModule, type MixModules } from "./example-plugin.js";
import { isVolume } from "./is-volume.js";

/** All that a thread needs to make examples. Plain data, so that it can be sent to one; options are validated ones. */
export interface ExampleRecipe {
  /** The task, tasks or head whose `example` makes them. */
  readonly plugin: PluginModule | MixModules;
  readonly options: unknown;
  readonly dataset: PluginModule;
  readonly datasetOptions: unknown;
  /** Folder of the data set. */
  readonly folder: string;
  /** Ids of the cases that examples are made of. */
  readonly cases: readonly string[];
  readonly preprocessing: PreprocessingOptions;
  /** What of a preprocessed image an example is made of; default all of it. */
  readonly view?: ViewOptions;
  /** Path of the random stream that all examples derive from. */
  readonly seed: string;
  /** Preprocessed volumes are kept in memory up to this many bytes. */
  readonly maximumCacheBytes: number;
}

/** Makes examples by number, in whatever order. */
export interface ExampleMaker {
  /** The case of example n. */
  caseId(n: number): string;
  /** The image that example n is made of: preprocessed, and the slice or patch of it that was drawn. */
  view(n: number): Promise<Volume<Float32Array>>;
  /** Its arrays own their buffers: none looks into a cached volume. */
  make(n: number): Promise<Example>;
}

interface CachedCase {
  readonly labelled: LabelledCase;
  readonly bytes: number;
}

/** Imports the plugins, opens the data set and is ready to make examples. */
export async function openExampleMaker(recipe: ExampleRecipe): Promise<ExampleMaker> {
  const plugin = await loadExamplePlugin(recipe.plugin);
  const datasetPlugin = (await loadModule(recipe.dataset)) as DatasetPlugin;
  const dataset = await datasetPlugin.open(await folderFiles(recipe.folder), recipe.datasetOptions);
  const root = createRandom(recipe.seed);
  const caseOf = createExampleOrder(recipe.cases.length, root);
  const caseId = (n: number): string => recipe.cases[caseOf(n)] as string;
  const cache = createVolumeCache<CachedCase>({ maximumBytes: recipe.maximumCacheBytes });
  let first: { readonly id: string; readonly channels: number } | undefined;
  const load = async (id: string): Promise<LabelledCase> => {
    const { labelled } = await cache.get(id, async () => {
      const loaded = await loadCase(dataset, id, recipe.preprocessing, plugin.kind === "head");
      const { channels } = loaded.image;
      first ??= { id, channels };
      if (channels !== first.channels) throw caseChannels({ id, channels }, first, recipe.folder);
      return { labelled: loaded, bytes: bytesOf(loaded) };
    });
    return labelled;
  };
  const viewOptions = recipe.view ?? { slices: null, crop: null };
  const draw = createViews(viewOptions);
  const viewOf = (labelled: LabelledCase, random: Random): LabelledCase => draw(labelled, random.split("view"));
  const streamOf = (n: number): Random => root.split("example").split(n);
  const companionCount = plugin.kind === "task" ? (plugin.companions?.(recipe.options) ?? 0) : 0;
  // Where views are drawn at random, another view of the same case will do.
  const others = (id: string): string[] => recipe.cases.filter((other) => other !== id);
  const spare = drawsAtRandom(viewOptions) ? companionCount : 0;
  if (companionCount >= recipe.cases.length + spare)
    throw casesTooFew(recipe.cases.length, companionCount + 1, `cases for the task "${plugin.name}", which compares each with others, among those for training or those for validation`, recipe.folder);
  return {
    caseId,
    view: async (n) => viewOf(await load(caseId(n)), streamOf(n)).image,
    async make(n) {
      const id = caseId(n);
      const random = streamOf(n);
      const labelled = await load(id);
      const view = viewOf(labelled, random);
      if (plugin.kind === "head") return ownArrays(plugin.example(view, recipe.options, random), [labelled]);
      const own = new Array<string>(spare).fill(id);
      const chosen = [...random.split("companions").shuffle(others(id)), ...own].slice(0, companionCount);
      const companions = await Promise.all(chosen.map(load));
      const views = companions.map((companion, index) => viewOf(companion, random.split("companion").split(index)).image);
      return ownArrays(plugin.example(view.image, recipe.options, random, views), [labelled, ...companions]);
    },
  };
}

/** A case as networks see it: the image preprocessed, a label volume brought onto its grid. */
export async function loadCase(
  dataset: Dataset,
  id: string,
  preprocessing: PreprocessingOptions,
  withTruth: boolean,
): Promise<LabelledCase> {
  const processed = preprocess(await dataset.loadImage(id), preprocessing);
  if (!withTruth) return { image: processed.volume, truth: [] };
  const truth = await dataset.loadTruth(id);
  return { image: processed.volume, truth: isVolume(truth) ? preprocessLabels(truth, processed) : truth };
}

function ownArrays(example: Example, cases: readonly LabelledCase[]): Example {
  const taken = new Set<ArrayBufferLike>(
    cases.flatMap(({ image, truth }) => [image.voxels.buffer, ...(isVolume(truth) ? [truth.voxels.buffer] : [])]),
  );
  const arrays = Object.entries(example).map(([name, { data, shape }]) => {
    const own = taken.has(data.buffer) || data.byteLength !== data.buffer.byteLength ? data.slice() : data;
    taken.add(own.buffer);
    return [name, { data: own, shape }] as const;
  });
  return Object.fromEntries(arrays);
}

function bytesOf({ image, truth }: LabelledCase): number {
  return image.voxels.byteLength + (isVolume(truth) ? truth.voxels.byteLength : 0);
}


