import { createRandom } from "@ssl3d/core";
import { holdOut, type RunEvent } from "@ssl3d/node";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { originalData, usageError } from "../../errors.js";
import { isOn, text, type Options } from "../../options.js";
import { fitPreprocessing } from "../fit-preprocessing.js";
import { loadConfig } from "../load-config.js";
import { openConfiguredDataset } from "../open-configured-dataset.js";
import { overrideTraining, type RawConfig } from "../overrides.js";
import type { RunConfigSource } from "../read-run-config.js";
import { mapOriginal, type MappedOriginal } from "./map-original.js";
import { planEpochs } from "./plan-epochs.js";

/** A pretraining configuration with the command line's options laid over it, and what depends on its data. */
export interface PretrainSource extends RunConfigSource {
  /** Fills in what depends on the data, such as the size of the images. */
  readonly fitToData: (config: RawConfig) => Promise<RawConfig>;
  /** Tells where the data turn out not to be what the configuration says. */
  readonly compare: (event: RunEvent) => void;
}

/**
 * Reads a training configuration of the original; `fitToData` tells what became of it, and makes steps of its epochs.
 * @param log takes lines for people
 * @throws SSL3D_CONFIG_UNREADABLE and whatever {@link mapOriginal} throws; SSL3D_ORIGINAL_DATA where its folder is not here
 */
export async function readOriginal(path: string, options: Options, log: (line: string) => void): Promise<PretrainSource> {
  const loaded = await loadConfig(path);
  if (typeof loaded !== "object" || loaded === null || Array.isArray(loaded))
    throw usageError(`The configuration ${path} is no object.`, `It begins with { and has keys such as "algorithm" and "data_dir".`);
  const folder = text(options, "data");
  const raw = { ...loaded, ...(folder !== undefined && { data_dir: folder }) };
  const mapped = mapOriginal(raw, path, text(options, "dataset") !== undefined);
  const { values } = mapped;
  if (!(await isFolder(values.data_dir)) && folder === undefined) throw originalData(path, values.data_dir);
  return {
    raw: overrideTraining(mapped.config, options),
    where: path,
    async fitToData(config) {
      for (const line of describeMapping(basename(path), mapped)) log(line);
      const fitted = await fitPreprocessing(config, log, values.data_dim);
      return await fillInSteps(fitted, mapped, options, log);
    },
    compare(event) {
      if (event.type !== "data" || event.channels === values.number_channels) return;
      log(`  number_channels says ${values.number_channels}, the images have ${event.channels}: the encoder takes ${event.channels}`);
    },
  };
}

async function fillInSteps(config: RawConfig, { values }: MappedOriginal, options: Options, log: (line: string) => void): Promise<RawConfig> {
  const { data, training, validationFraction, output } = config as {
    data: { path: string; dataset?: unknown };
    training: { batchSize: number; steps?: number };
    validationFraction: number;
    output: string;
  };
  const { cases } = await openConfiguredDataset(data);
  const kept = holdOut(cases.map(({ id }) => id), validationFraction, createRandom(0)).kept.length;
  const plan = planEpochs(values, kept, training.batchSize);
  const sum = `${count(values.epochs, "epoch")} × ${plan.stepsPerEpoch} (${count(kept, "training case")} in batches of ${training.batchSize}) = ${count(plan.training.steps, "step")}`;
  log(training.steps === undefined ? `  ${sum}; --steps for fewer` : `  ${count(training.steps, "step")} as --steps says, instead of ${sum}`);
  if (!isOn(options, "printConfig")) log(`  as a configuration of ssl3d: ${output}/config.json, or --print-config without training`);
  return overrideTraining({ ...config, training: { ...training, ...plan.training } }, options);
}

/** What became of a configuration, in lines. */
function describeMapping(file: string, { kind, ignored, notTaken, corrected }: MappedOriginal): string[] {
  return [
    `${file}: ${kind.algorithm} in ${kind.rank}D, as self-supervised-3d-tasks had it`,
    ...corrected.map((sentence) => `  corrected: ${sentence}`),
    ...(ignored.length > 0 ? [`  ignored, as by the original's code: ${ignored.join("; ")}`] : []),
    ...(notTaken.length > 0 ? [`  not taken over: ${notTaken.join("; ")}`] : []),
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then((found) => found.isDirectory(), () => false);
}
