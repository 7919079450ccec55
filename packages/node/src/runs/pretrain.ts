import { createRandom, type PretrainConfig, type PretrainRequest, type Rank, type TrainingResult } from "@ssl3d/core";
import { discoverPlugins } from "../plugins/discover.js";
import { openExampleMaker, type ExampleRecipe } from "../workers/example-maker.js";
import { describeEncoder } from "./describe-encoder.js";
import { saveEncoder } from "./encoder-folder.js";
import { holdOut, requireCases, selectCases, type ImageShape } from "./cases.js";
import { namedPlugin, openDataset, rolesOf, usePlugin, useTask } from "./use-plugin.js";
import { warnUnknown } from "./warn-unknown.js";
import { pluginRank } from "../plugins/errors.js";
import { Resources } from "./resources.js";
import { cacheBudgetBytes, searchPlaces, type RunOptions } from "./run-options.js";
import { createOnlineProbe } from "./online-probe/create-online-probe.js";
import { startRun } from "./start-run.js";
import { openStart } from "./start-weights.js";
import { saveTask } from "./task-folder.js";
import { requireFitting, transferEncoder } from "./transfer-encoder.js";
import { transferTask } from "./transfer-task.js";
import { trainRun } from "./train-run.js";

/** How a pretraining run ended. */
export interface PretrainResult extends TrainingResult {
  /** The run folder. */
  readonly folder: string;
  /** The encoder folder; absent after an interruption. */
  readonly encoder?: string;
}

/**
 * Pretrains an encoder with a proxy task, or several at once, on unlabelled volumes. The run folder gets the resolved configuration, the log,
 * checkpoints and, at the end, the encoder with its contract.
 * @throws coded errors for whatever is wrong with plugins, data, engine, folder or training
 */
export async function pretrain(config: PretrainRequest, options: RunOptions = {}): Promise<PretrainResult> {
  const { plugins } = await discoverPlugins(searchPlaces(options));
  const task = await useTask(plugins, config.task);
  const start = await openStart(config, plugins, options.resume ?? false);
  const { architecture, preprocessing, source } = start;
  const layout = await usePlugin(plugins, "dataset", config.data.dataset);
  const folder = config.data.path;
  const dataset = await openDataset(layout, folder);
  const ids = selectCases(dataset.cases.map(({ id }) => id), config.data.cases, folder);
  requireCases(ids, 1, "cases", folder);

  const root = createRandom(config.seed);
  const { kept, held } = holdOut(ids, config.validationFraction, root.split("validation cases"));
  const recipe: ExampleRecipe = {
    plugin: task.source,
    options: task.options,
    dataset: layout.source,
    datasetOptions: layout.options,
    folder,
    cases: kept,
    preprocessing,
    view: { slices: config.data.slices, crop: config.data.crop },
    seed: root.split("training examples").path,
    maximumCacheBytes: cacheBudgetBytes(),
  };
  const validation: ExampleRecipe = { ...recipe, cases: held, seed: root.split("validation examples").path };
  // One example is made first: it tells faults of the data before anything is written.
  const maker = await openExampleMaker(recipe);
  const { size, channels } = await maker.view(0);
  const shape: ImageShape = { rank: size.length as Rank, size, channels };
  for (const { kind, name, ranks } of [task.plugin, architecture.plugin])
    if (!ranks.includes(shape.rank)) throw pluginRank(kind, name, ranks, shape.rank, folder);
  const partial = config.partial ?? false;
  if (source !== undefined) requireFitting(source.contract, shape, partial, folder);
  await maker.make(0);

  const resolved: PretrainConfig = {
    ...config,
    task: task.resolved,
    encoder: namedPlugin(architecture),
    data: { ...config.data, dataset: namedPlugin(layout), preprocessing },
  };
  const used = { ...task.used, encoder: architecture, dataset: layout };
  const run = await startRun({ config: resolved, plugins, releases: rolesOf(used, "release"), options });
  const resources = new Resources();
  try {
    run.emit({ type: "data", folder, training: kept.length, validation: held.length, test: 0, ...shape });
    const random = root.split("encoder");
    const transferred = source && (await transferEncoder({ ...source, architecture, shape, partial, random }));
    const encoder = resources.own(transferred?.encoder ?? architecture.plugin.build({ ...shape, options: architecture.options, random }));
    const trainable = resources.own(
      task.plugin.build({ encoder, options: task.options, inputSize: shape.size, random: root.split("task") }),
    );
    if (source !== undefined) {
      for (const event of [transferred!.event, ...(await transferTask(source.from, task, trainable, partial))]) run.emit(event);
      const message = warnUnknown(source.contract, source.from, preprocessing);
      if (message !== undefined) run.emit({ type: "warning", message });
    }
    const transfer = transferred?.event ?? start.transfer;
    const onLabelled = (cases: object): void => run.record({ type: "probe-cases", ...cases });
    const probe = await createOnlineProbe({ config: resolved, encoder, trainable, task, shape, recipe, validation, plugins, onLabelled });
    const result = await trainRun({ ...(probe && { probe }), config, run, resources, encoder, trainable, recipe, validation, used, random: root.split("training"), options });
    if (result.outcome === "interrupted") return { ...result, folder: config.output };
    const contract = describeEncoder({
      encoder,
      architecture,
      shape,
      preprocessing,
      slices: config.data.slices,
      ...(transfer && { transfer }),
      provenance: {
        task: resolved.task,
        dataset: `${resolved.data.dataset.name} data set, ${ids.length} unlabelled cases`,
        cases: kept.length,
        steps: result.step,
        seed: config.seed,
        engine: run.engine,
        citations: [...new Set([...(task.plugin.references ?? []), ...(architecture.plugin.references ?? [])])],
      },
    });
    await saveEncoder(run.folder.paths.encoder, encoder, contract);
    await saveTask(run.folder.paths.task, trainable, task, shape.size);
    run.record({ type: "result", seconds: result.seconds, waitedSeconds: result.waitedSeconds });
    return { ...result, folder: config.output, encoder: run.folder.paths.encoder };
  } catch (error) {
    await run.fail();
    throw error;
  } finally {
    await resources.release();
    run.folder.release();
  }
}
