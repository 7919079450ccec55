import {
  createRandom,
  preprocessingOptions,
  validate,
  type Dataset,
  type FinetuneConfig,
  type HeadPlugin,
  type LabelledCase,
  type PreprocessingOptions,
  type TrainingResult,
} from "@ssl3d/core";
import { reestimateStatistics } from "@ssl3d/heads";
import { writeFileAtomic } from "../files/atomic.js";
import { discoverPlugins } from "../plugins/discover.js";
import { loadCase, openExampleMaker, type ExampleRecipe } from "../workers/example-maker.js";
import { imageShape } from "./cases.js";
import { describeEncoder } from "./describe-encoder.js";
import { readEncoderContract, saveEncoder } from "./encoder-folder.js";
import { evaluateCases, type Evaluation } from "./evaluate-cases.js";
import { requireTruths, splitLabelled } from "./labelled-cases.js";
import { savePart } from "./part-folder.js";
import { Resources } from "./resources.js";
import { cacheBudgetBytes, searchPlaces, type RunOptions } from "./run-options.js";
import { labelValuesOf } from "./segment-volume.js";
import { startRun } from "./start-run.js";
import { trainRun } from "./train-run.js";
import { transferDecoder } from "./transfer-decoder.js";
import { requireFitting, transferEncoder } from "./transfer-encoder.js";
import { namedPlugin, openDataset, rolesOf, usePlugin, type UsedPlugin } from "./use-plugin.js";
import { warnUnknown } from "./warn-unknown.js";

/** How a fine-tuning run ended. */
export interface FinetuneResult extends TrainingResult {
  /** The run folder: the model for predictions. */
  readonly folder: string;
  /** Scores of the test cases; absent after an interruption or without test cases. */
  readonly evaluation?: Evaluation;
}

/** Batches over which normalisation statistics are re-estimated at most. */
const STATISTICS_BATCHES = 32;

/**
 * Trains a head on an encoder with labelled cases, then predicts and scores the test cases. The run folder gets the resolved
 * configuration, log, checkpoints, the fine-tuned encoder, the head, predictions as NIfTI and scores.json.
 * @throws coded errors for whatever is wrong with plugins, data, encoder, engine, folder or training
 */
export async function finetune(config: FinetuneConfig, options: RunOptions = {}): Promise<FinetuneResult> {
  const { plugins } = await discoverPlugins(searchPlaces(options));
  const scratch = config.encoder === "scratch";
  const source = scratch ? undefined : { from: config.encoder, ...(await readEncoderContract(config.encoder)) };
  const contract = source?.contract;
  const partial = config.partial ?? false;
  const named = contract?.architecture ?? config.architecture;
  if (named === null) throw new Error("A resolved configuration from scratch names its architecture.");
  const architecture = await usePlugin(plugins, "encoder", named);
  const head = await usePlugin(plugins, "head", config.head);
  const layout = await usePlugin(plugins, "dataset", config.data.dataset);
  const preprocessing =
    config.data.preprocessing ?? contract?.preprocessing ?? validate(preprocessingOptions, {}, "preprocessing");

  const root = createRandom(config.seed);
  const dataset = await openDataset(layout, config.data.path);
  const testSet = config.data.test === null ? dataset : await openDataset(layout, config.data.test);
  const cases = splitLabelled(dataset, testSet === dataset ? undefined : testSet, config, root);
  await requireTruths(head.plugin, head.options, dataset, [...cases.training, ...cases.validation]);
  await requireTruths(head.plugin, head.options, testSet, cases.test);
  const recipe: ExampleRecipe = {
    plugin: head.source,
    options: head.options,
    dataset: layout.source,
    datasetOptions: layout.options,
    folder: config.data.path,
    cases: cases.training,
    preprocessing,
    seed: root.split("training examples").path,
    maximumCacheBytes: cacheBudgetBytes(),
  };
  const validation: ExampleRecipe = { ...recipe, cases: cases.validation, seed: root.split("validation examples").path };
  const shape = imageShape(await (await openExampleMaker(recipe)).make(0), config.head.name);
  if (contract !== undefined) requireFitting(contract, shape, partial, config.data.path);

  const resolved: FinetuneConfig = {
    ...config,
    head: namedPlugin(head),
    architecture: scratch ? namedPlugin(architecture) : null,
    data: { ...config.data, dataset: namedPlugin(layout), preprocessing },
  };
  const used = { head, encoder: architecture, dataset: layout };
  const run = await startRun({ config: resolved, plugins, releases: rolesOf(used, "release"), options });
  const resources = new Resources();
  try {
    const { training, validation: held, test } = cases;
    run.emit({ type: "data", folder: config.data.path, training: training.length, validation: held.length, test: test.length, ...shape });
    const random = root.split("encoder");
    const transferred = source && (await transferEncoder({ ...source, architecture, shape, partial, random }));
    const encoder = resources.own(transferred?.encoder ?? architecture.plugin.build({ ...shape, options: architecture.options, random }));
    if (transferred !== undefined && options.resume !== true) run.emit(transferred.event);
    const message = contract && warnUnknown(contract, config.encoder, preprocessing);
    if (message !== undefined) run.emit({ type: "warning", message });
    const classPrior = config.classPrior ? await estimatePrior(head, dataset, training, preprocessing) : undefined;
    const trainable = resources.own(
      head.plugin.build({
        encoder,
        options: head.options,
        inputSize: shape.size,
        random: root.split("head"),
        ...(classPrior && { classPrior }),
      }),
    );
    if (source !== undefined && config.decoder && options.resume !== true) run.emit(await transferDecoder(source.from, config.head.name, trainable));
    const result = await trainRun({ config, run, resources, encoder, trainable, recipe, validation, used, random: root.split("training"), options });
    if (result.outcome === "interrupted") return { ...result, folder: config.output };
    if (config.reestimateStatistics) {
      const { batchSize } = config.training;
      const count = Math.min(STATISTICS_BATCHES, Math.max(4, Math.ceil(training.length / batchSize)));
      const statistics = { ...recipe, seed: root.split("statistics examples").path };
      await reestimateStatistics({ encoder, trainable, batches: resources.batches(statistics, batchSize, 0), count });
    }
    const description = describeEncoder({
      encoder,
      architecture,
      shape,
      preprocessing,
      ...(transferred && { transfer: transferred.event }),
      provenance: {
        task: contract?.provenance.task ?? null,
        dataset: `fine-tuned by "${config.head.name}" on a ${config.data.dataset.name} data set`,
        cases: training.length,
        steps: result.step,
        seed: config.seed,
        engine: run.engine,
        citations: head.plugin.references ?? [],
      },
    });
    await saveEncoder(run.folder.paths.encoder, encoder, description);
    await savePart(run.folder.paths.head, trainable.weights, head, shape.size);
    const evaluation = await evaluateCases({
      head: trainable,
      preprocessing,
      patchSize: shape.size,
      labelValues: labelValuesOf(head.options),
      dataset: testSet,
      ids: test,
      plugin: head,
      predictions: run.folder.paths.predictions,
      onCase: (done, id) => run.emit({ type: "evaluation", done, cases: test.length, id }),
      ...(options.signal && { signal: options.signal }),
    });
    if (evaluation === undefined) return { ...result, outcome: "interrupted", folder: config.output };
    await writeFileAtomic(run.folder.paths.scores, `${JSON.stringify(evaluation, null, 2)}\n`);
    run.record({ type: "result", seconds: result.seconds, waitedSeconds: result.waitedSeconds, means: evaluation.means, ...(evaluation.cohort && { cohort: evaluation.cohort.scores }) });
    return { ...result, folder: config.output, evaluation };
  } catch (error) {
    await run.fail();
    throw error;
  } finally {
    await resources.release();
    run.folder.release();
  }
}

/** How often each class occurs in the training truths, read one at a time and weighted by their size. */
async function estimatePrior(
  head: UsedPlugin<HeadPlugin>,
  dataset: Dataset,
  ids: readonly string[],
  preprocessing: PreprocessingOptions,
): Promise<readonly number[] | undefined> {
  if (head.plugin.classPrior === undefined) return undefined;
  let total = 0;
  let sums: number[] = [];
  for (const id of ids) {
    // a class needs no image to be read
    const truth = head.plugin.predicts === "image" ? await dataset.loadTruth(id) : (await loadCase(dataset, id, preprocessing, true)).truth;
    const weight = sizeOf(truth);
    const prior = head.plugin.classPrior([truth], head.options);
    sums = prior.map((share, index) => (sums[index] ?? 0) + share * weight);
    total += weight;
  }
  return sums.map((sum) => sum / total);
}

function sizeOf(truth: LabelledCase["truth"]): number {
  return typeof truth === "object" && "voxels" in truth ? truth.voxels.length : 1;
}
