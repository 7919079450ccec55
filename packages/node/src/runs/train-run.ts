import { train, type AnyPlugin, type Encoder, type Probe, type Random, type RunSettings, type Trainable, type TrainingResult } from "@ssl3d/core";
import { diskCheckpoints } from "../files/disk-checkpoints.js";
import type { ExampleRecipe } from "../workers/example-maker.js";
import type { Resources } from "./resources.js";
import type { RunOptions } from "./run-options.js";
import type { StartedRun } from "./start-run.js";
import { rolesOf, type UsedPlugin } from "./use-plugin.js";

/** What {@link trainRun} trains, on what and under which settings. */
export interface TrainRunRequest {
  readonly config: RunSettings;
  readonly run: StartedRun;
  readonly resources: Resources;
  readonly encoder: Encoder;
  readonly trainable: Trainable;
  readonly recipe: ExampleRecipe;
  /** The recipe of the cases held out for validation; there is none where it names no cases. */
  readonly validation: ExampleRecipe;
  readonly probe?: Probe;
  readonly used: Readonly<Record<string, UsedPlugin<AnyPlugin>>>;
  readonly random: Random;
  readonly options: RunOptions;
}

/** The part that all training runs share: examples from data workers, validation, checkpoints and log in the run folder. */
export async function trainRun(request: TrainRunRequest): Promise<TrainingResult> {
  const { config, run, resources, recipe, validation, options } = request;
  const { batchSize } = config.training;
  const batches = resources.batches(recipe, batchSize, config.workers);
  const held = validation.cases.length;
  const result = await train({
    encoder: request.encoder,
    trainable: request.trainable,
    batches,
    ...(held > 0 && { validation: { batches: resources.batches(validation, batchSize, 0), count: Math.ceil(held / batchSize) } }),
    ...(request.probe && { probe: request.probe }),
    options: config.training,
    random: request.random,
    plugins: rolesOf(request.used, "identity"),
    checkpoints: diskCheckpoints(run.folder.paths.checkpoints),
    resume: options.resume ?? false,
    ...(options.signal && { signal: options.signal }),
    onEvent: run.emit,
  });
  await batches.close();
  return result;
}
