import {
  createRandom,
  DEFAULT_PLUGINS,
  mean,
  preprocessingOptions,
  validate,
  type Dataset,
  type Encoder,
  type Estimate,
  type LabelledCase,
  type Named,
  type PreprocessingOptions,
  type Scores,
} from "@ssl3d/core";
import { linearReadout, type LinearReadoutRequest } from "@ssl3d/heads";
import { activateEngine, type ActiveEngine, type EngineRequest } from "../engine/activate-engine.js";
import { channelsMismatch, rankMismatch } from "./errors.js";
import { discoverPlugins, type DiscoveredPlugin } from "../plugins/discover.js";
import { loadCase } from "../workers/example-maker.js";
import { holdOut, requireCases } from "./cases.js";
import { loadEncoder, readEncoderContract } from "./encoder-folder.js";
import { estimateScore } from "./measures.js";
import { searchPlaces, type CallOptions } from "./run-options.js";
import { openDataset, usePlugin } from "./use-plugin.js";
import { warnUnknown } from "./warn-unknown.js";

/** What {@link probe} measures. */
export interface ProbeRequest extends EngineRequest {
  /** Run folder, encoder folder, or "random" for the baseline. */
  readonly encoder: string;
  /** Folder of the labelled cases. */
  readonly data: string;
  readonly dataset: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  /** Labelled training cases. */
  readonly labels: number;
  /** Repetitions with other cases and, for "random", other weights. Default 3. */
  readonly seeds?: number;
  /** Values of the label volumes, the background first. */
  readonly labelValues: readonly number[];
  readonly regions?: NonNullable<LinearReadoutRequest["regions"]>;
  /** Folder of the cases to score on, such as another hospital's. Default: some of `data`. */
  readonly test?: string;
  /** Fraction of the cases of `data` to score on where `test` is not given. Default 0.5. */
  readonly testFraction?: number;
  /** Updates of the linear layers. Default: the read-out's own. */
  readonly steps?: number;
  /** Voxels; default whole images. */
  readonly patchSize?: readonly number[];
  /** Run or encoder folder whose architecture and preprocessing the random encoder takes. Default a "unet" with its defaults. */
  readonly like?: string;
  readonly onScore?: (seed: number, id: string, scores: Scores) => void;
}

/** Dice per region: one mean a seed, and their mean with its interval. */
export interface ProbeResult {
  readonly encoder: string;
  readonly labels: number;
  readonly testCases: number;
  readonly dice: Readonly<Record<string, Estimate>>;
  readonly engine: ActiveEngine;
}

/**
 * The linear read-out of a frozen encoder: how well one linear layer a level finds the labels with few cases. The test cases
 * are the same for every encoder; seed k draws its labelled cases and its patches.
 */
export async function probe(request: ProbeRequest, options: CallOptions = {}): Promise<ProbeResult> {
  const { seeds = 3, labels, data } = request;
  const { plugins } = await discoverPlugins(searchPlaces(options));
  const engine = await activateEngine(plugins, request);
  const layout = await usePlugin(plugins, "dataset", request.dataset);
  const dataset = await openDataset(layout, data);
  const testSet = request.test === undefined ? dataset : await openDataset(layout, request.test);
  const { kept, held } =
    request.test === undefined
      ? holdOut(labelledIds(dataset), request.testFraction ?? 0.5, createRandom("probe").split("test cases"))
      : { kept: labelledIds(dataset), held: labelledIds(testSet) };
  requireCases(kept, labels, "labelled cases for training", data);
  requireCases(held, 1, "labelled cases for the test", request.test ?? data);
  const folder = request.encoder === "random" ? request.like : request.encoder;
  const stored = folder === undefined ? undefined : (await readEncoderContract(folder)).contract;
  const preprocessing = stored?.preprocessing ?? validate(preprocessingOptions, {}, "preprocessing");

  const message = stored && warnUnknown(stored, folder ?? "");
  if (message !== undefined) options.onEvent?.({ type: "warning", message });

  const means: Record<string, number[]> = {};
  for (let seed = 1; seed <= seeds; seed++) {
    const random = createRandom(seed).split("probe");
    const cases = await loadCases(dataset, random.shuffle([...kept]).slice(0, labels), preprocessing);
    const first = cases[0] as LabelledCase;
    const encoder = await openEncoder(request, stored?.architecture, plugins, first, seed);
    try {
      const { regions, labelValues, patchSize, steps } = request;
      const readout = await linearReadout({
        encoder,
        cases,
        labelValues,
        random,
        ...(regions !== undefined && { regions }),
        ...(patchSize !== undefined && { patchSize }),
        ...(steps !== undefined && { steps }),
      });
      const scored: Scores[] = [];
      for (const id of held) {
        const scores = await readout.score(await loadCase(testSet, id, preprocessing, true));
        scored.push(scores);
        request.onScore?.(seed, id, scores);
      }
      readout.dispose();
      for (const name of Object.keys(scored[0] ?? {})) {
        const values = scored.flatMap((scores) => (typeof scores[name] === "number" ? [scores[name]] : []));
        if (values.length > 0) (means[name] ??= []).push(mean(values));
      }
    } finally {
      encoder.dispose();
    }
  }
  const dice = Object.fromEntries(Object.entries(means).map(([name, values]) => [name, estimateScore(name, values)]));
  return { encoder: request.encoder, labels, testCases: held.length, dice, engine };
}

function labelledIds(dataset: Dataset): string[] {
  return dataset.cases.filter((part) => part.labelled).map(({ id }) => id);
}

async function loadCases(dataset: Dataset, ids: readonly string[], preprocessing: PreprocessingOptions): Promise<LabelledCase[]> {
  const cases: LabelledCase[] = [];
  for (const id of ids) cases.push(await loadCase(dataset, id, preprocessing, true));
  return cases;
}

async function openEncoder(
  request: ProbeRequest,
  architecture: Named | undefined,
  plugins: readonly DiscoveredPlugin[],
  { image }: LabelledCase,
  seed: number,
): Promise<Encoder> {
  const rank = image.size.length === 2 ? 2 : 3;
  if (request.encoder === "random") {
    const { plugin, options } = await usePlugin(plugins, "encoder", architecture ?? { name: DEFAULT_PLUGINS.encoder, options: {} });
    return plugin.build({ rank, channels: image.channels, options, random: createRandom(seed).split("encoder") });
  }
  const { encoder } = await loadEncoder(request.encoder, plugins);
  if (encoder.rank !== rank) throw rankMismatch(encoder.rank, rank, request.data);
  if (encoder.channels !== image.channels) throw channelsMismatch(encoder.channels, image.channels, request.data);
  return encoder;
}
