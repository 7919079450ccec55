import {
  createRandom,
  effectiveRank,
  probeInterval,
  type Encoder,
  type LabelledCase,
  type PretrainConfig,
  type Probe,
  type ProbeCases,
  type Random,
  type Trainable,
} from "@ssl3d/core";
import { channelsMismatch, rankMismatch } from "../errors.js";
import type { DiscoveredPlugin } from "../../plugins/discover.js";
import { createViews, drawsAtRandom } from "../../workers/draw-view.js";
import { loadCase, openExampleMaker, type ExampleRecipe } from "../../workers/example-maker.js";
import { requireCases, type ImageShape } from "../cases.js";
import { openDataset, usePlugin, type UsedTask } from "../use-plugin.js";
import { pooledFeatures, withFreshStatistics } from "./encoder-features.js";
import { labelledProbe, type LabelledImages } from "./labelled-probe.js";
import { shortcutCheck } from "./shortcut-check.js";

/** Validation examples that the shortcut check sees. */
const SHORTCUT_EXAMPLES = 16;
/** Views of each labelled case where views are drawn at random. */
const VIEWS = 4;

/** What {@link createOnlineProbe} measures, and on what. */
export interface OnlineProbeRequest {
  readonly config: PretrainConfig;
  readonly encoder: Encoder;
  readonly trainable: Trainable;
  readonly task: UsedTask;
  readonly shape: ImageShape;
  /** Examples for training and for validation. */
  readonly recipe: ExampleRecipe;
  readonly validation: ExampleRecipe;
  readonly plugins: readonly DiscoveredPlugin[];
  /** Is told which labelled cases there are, where there are any. */
  readonly onLabelled: (cases: { readonly training: readonly string[]; readonly test: readonly string[] }) => void;
}

/**
 * What is measured during pretraining besides the task: `effectiveRank` of the pooled features of training cases, the shortcut check on
 * validation examples, and the probes on labelled cases where the configuration names some. It draws from streams of its
 * own and leaves the networks as they are, so the run's weights do not depend on it. Undefined where nothing is to be measured.
 * @throws SSL3D_CASES_TOO_FEW, SSL3D_CHANNELS_MISMATCH, SSL3D_RANK_MISMATCH and the errors of reading the labelled cases
 */
export async function createOnlineProbe(request: OnlineProbeRequest): Promise<Probe | undefined> {
  const { config, encoder, trainable, task, recipe, validation } = request;
  const { probe } = config;
  if (probe === null) return undefined;
  const random = createRandom(config.seed).split("probe");
  const { batchSize } = config.training;
  // of views drawn at random, one case gives as many as are asked for
  const count = drawsAtRandom(config.data) ? probe.images : Math.min(probe.images, recipe.cases.length);
  const share = { maximumCacheBytes: recipe.maximumCacheBytes / 4 };
  const images = await openExampleMaker({ ...recipe, ...share, seed: random.split("images").path });
  const held = validation.cases.length > 0 ? await openExampleMaker({ ...validation, ...share }) : undefined;
  const labelled = probe.data === null ? undefined : await loadLabelled(request, probe.data, random.split("labelled cases"));
  return {
    every: probeInterval(probe, config.training, recipe.cases.length),
    async measure() {
      const volumes = await Promise.all(Array.from({ length: count }, (_, n) => images.view(n)));
      const features = await withFreshStatistics(encoder, volumes, () => pooledFeatures(encoder, volumes));
      return {
        ...(count > 1 && { effectiveRank: effectiveRank(features, count) }),
        ...(held && (await shortcutCheck({ task: task.plugin, options: task.options, encoder, trainable, maker: held, examples: SHORTCUT_EXAMPLES, batchSize }))),
        ...(labelled && probe.data && (await labelledProbe(encoder, labelled, probe.data, random.split("labelled probe")))),
      };
    },
  };
}

/** The labelled cases, some to learn from and others to score; they stay in memory. */
async function loadLabelled({ config, plugins, shape, onLabelled }: OnlineProbeRequest, settings: ProbeCases, random: Random): Promise<LabelledImages> {
  const { path, labels, testCases } = settings;
  const layout = await usePlugin(plugins, "dataset", settings.dataset ?? config.data.dataset);
  const dataset = await openDataset(layout, path);
  const ids = dataset.cases.filter((part) => part.labelled).map(({ id }) => id);
  requireCases(ids, labels + 1, "labelled cases for the probe", path);
  const order = random.shuffle([...ids].sort());
  const draw = createViews(config.data);
  const views = drawsAtRandom(config.data) ? VIEWS : 1;
  const load = async (wanted: readonly string[]): Promise<LabelledCase[]> => {
    const loaded: LabelledCase[] = [];
    for (const id of wanted) {
      const whole = await loadCase(dataset, id, config.data.preprocessing, true);
      for (let view = 0; view < views; view++) loaded.push(draw(whole, random.split(id).split(view)));
    }
    for (const { image } of loaded) {
      if (image.size.length !== shape.rank) throw rankMismatch(shape.rank, image.size.length, path);
      if (image.channels !== shape.channels) throw channelsMismatch(shape.channels, image.channels, path);
    }
    return loaded;
  };
  const [training, test] = [order.slice(0, labels), order.slice(labels, labels + testCases)];
  onLabelled({ training, test });
  return { training: await load(training), test: await load(test) };
}
