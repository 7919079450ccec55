import {
  balancedAccuracy,
  classifyByNeighbours,
  classifyByRegression,
  confusionMatrix,
  mean,
  standardiseFeatures,
  type Encoder,
  type FeatureTable,
  type Figures,
  type LabelledCase,
  type ProbeCases,
  type Random,
  type Volume,
} from "@ssl3d/core";
import { linearReadout, regionLabels } from "@ssl3d/heads";
import { probeTruth } from "../errors.js";
import { isVolume } from "../../workers/is-volume.js";
import { concatenate, pooledFeatures, voxelFeatures, withFreshStatistics } from "./encoder-features.js";

/** Voxels of each class of an image that the nearest-neighbour probe uses at most. */
const VOXELS = 64;

/** Labelled images, cut as the encoder's own are. */
export interface LabelledImages {
  readonly training: readonly LabelledCase[];
  readonly test: readonly LabelledCase[];
}

/**
 * What frozen features say of labels: for label volumes `linear/<region>`, the mean Dice of a linear read-out where there is some of the region, and `knn/balancedAccuracy` of
 * voxels; for classes `linear/balancedAccuracy` of a logistic regression and `knn/balancedAccuracy` on pooled features. Draws from the
 * stream alone, so each call with the same weights gives the same figures.
 * @throws SSL3D_PROBE_TRUTH where the truths are neither
 */
export async function labelledProbe(encoder: Encoder, cases: LabelledImages, settings: ProbeCases, random: Random): Promise<Figures> {
  const truths = [...cases.training, ...cases.test].map(({ truth }) => truth);
  if (truths.every(isVolume)) {
    const labelValues = settings.labelValues ?? labelValuesOf(truths);
    const known = { ...settings, labelValues };
    return { ...(await readOut(encoder, cases, known, random)), ...(await neighbourVoxels(encoder, cases, known, random)) };
  }
  if (truths.every((truth) => typeof truth === "number")) return await classifyImages(encoder, cases, settings);
  throw probeTruth(settings.path);
}

/** Settings whose label values are known. */
type VoxelSettings = ProbeCases & { readonly labelValues: readonly number[] };

/** The values that there are, in ascending order: the background, 0, first. */
function labelValuesOf(truths: readonly Volume[]): number[] {
  const values = new Set([0]);
  for (const { voxels } of truths) for (const value of voxels) values.add(value);
  return [...values].sort((a, b) => a - b);
}

async function readOut(encoder: Encoder, { training, test }: LabelledImages, settings: VoxelSettings, random: Random): Promise<Figures> {
  const { labelValues, regions, steps } = settings;
  const ofRegions = regionLabels(regions, labelValues);
  const readout = await linearReadout({ encoder, cases: training, labelValues, regions, steps, random: random.split("read-out") });
  try {
    const values: Record<string, number[]> = {};
    for (const labelled of test) {
      const present = new Set((labelled.truth as Volume).voxels);
      for (const [name, score] of Object.entries(await readout.score(labelled))) {
        // a slice without the region scores 1 or 0 by a single voxel, which would drown the others
        if (score !== null && ofRegions[name]!.some((value) => present.has(value))) (values[name] ??= []).push(score);
      }
    }
    return Object.fromEntries(Object.entries(values).map(([name, list]) => [`linear/${name}`, mean(list)]));
  } finally {
    readout.dispose();
  }
}

async function neighbourVoxels(encoder: Encoder, { training, test }: LabelledImages, settings: VoxelSettings, random: Random): Promise<Figures> {
  const tableOf = async (cases: readonly LabelledCase[], stream: Random): Promise<FeatureTable> => {
    const rows: Float32Array[] = [];
    const classes: number[] = [];
    for (const [index, { image, truth }] of cases.entries()) {
      const voxels = pickVoxels(truth as Volume, settings.labelValues, stream.split(index));
      rows.push(await voxelFeatures(encoder, image, voxels.map(({ voxel }) => voxel)));
      classes.push(...voxels.map(({ label }) => label));
    }
    const features = concatenate(rows);
    return { features, width: features.length / classes.length, classes: Int32Array.from(classes) };
  };
  const images = training.map(({ image }) => image);
  const [bank, queries] = await withFreshStatistics(encoder, images, async () =>
    standardiseFeatures(await tableOf(training, random.split("bank")), await tableOf(test, random.split("queries"))),
  );
  return neighbourScore(bank, queries, settings.neighbours, settings.labelValues.length);
}

/** Up to {@link VOXELS} voxels of every class. */
function pickVoxels(truth: Volume, labelValues: readonly number[], random: Random): { voxel: number; label: number }[] {
  return labelValues.flatMap((value, label) => {
    const places: number[] = [];
    truth.voxels.forEach((found, voxel) => found === value && places.push(voxel));
    return random.split(label).shuffle(places).slice(0, VOXELS).map((voxel) => ({ voxel, label }));
  });
}

async function classifyImages(encoder: Encoder, { training, test }: LabelledImages, settings: ProbeCases): Promise<Figures> {
  const classes = [...new Set([...training, ...test].map(({ truth }) => truth as number))].sort((a, b) => a - b);
  const tableOf = async (cases: readonly LabelledCase[]): Promise<FeatureTable> => ({
    features: await pooledFeatures(encoder, cases.map(({ image }) => image)),
    width: encoder.levels[encoder.levels.length - 1]!.channels,
    classes: Int32Array.from(cases, ({ truth }) => classes.indexOf(truth as number)),
  });
  const images = training.map(({ image }) => image);
  const [bank, queries] = await withFreshStatistics(encoder, images, async () => standardiseFeatures(await tableOf(training), await tableOf(test)));
  const found = classifyByRegression(bank, queries.features, classes.length);
  return { "linear/balancedAccuracy": score(queries, found, classes.length), ...neighbourScore(bank, queries, settings.neighbours, classes.length) };
}

function neighbourScore(bank: FeatureTable, queries: FeatureTable, neighbours: number, classCount: number): Figures {
  return { "knn/balancedAccuracy": score(queries, classifyByNeighbours(bank, queries.features, neighbours), classCount) };
}

function score(queries: FeatureTable, found: Int32Array, classCount: number): number {
  return balancedAccuracy(confusionMatrix(queries.classes, found, classCount)) ?? Number.NaN;
}
