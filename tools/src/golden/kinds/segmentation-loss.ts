import {
  accuracy,
  binaryCrossEntropy,
  BRATS_REGIONS,
  categoricalCrossEntropy,
  diceCoefficient,
  diceOfClasses,
  diceOfRegions,
  dicePerClass,
  jaccardDistance,
  meanOverlap,
  ORIGINAL_JACCARD_SCALE,
  weightedCategoricalCrossEntropy,
  weightedDiceLoss,
  weightedSumLoss,
} from "@ssl3d/core";
import type { NpyArray } from "@ssl3d/data";
import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { posix } from "node:path";
import { expectClose, expectNumber, type Shaped } from "../compare.js";
import { filesOf, findDescriptors, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { readTensor } from "../networks.js";

type Loss = (truth: Tensor, probabilities: Tensor) => Scalar;

/** The original's losses by their names there. */
export const ORIGINAL_LOSSES: Readonly<Record<string, Loss>> = {
  weighted_dice_coefficient: diceCoefficient,
  weighted_dice_loss: weightedDiceLoss,
  jaccard_distance: (truth, probabilities) => jaccardDistance(truth, probabilities, { scale: ORIGINAL_JACCARD_SCALE }),
  weighted_categorical_crossentropy: (truth, probabilities) => weightedCategoricalCrossEntropy(truth, probabilities),
  weighted_sum_loss: (truth, probabilities) => weightedSumLoss(truth, probabilities, undefined, ORIGINAL_JACCARD_SCALE),
  categorical_crossentropy_keras: categoricalCrossEntropy,
  binary_crossentropy_keras: binaryCrossEntropy,
};

/** Losses of other jobs that the cases hold too. */
const OTHER_LOSSES: ReadonlySet<string> = new Set(["mse_keras"]);

/** The regions of BraTS are of its four classes; what the original computes with more is no Dice. */
const BRATS_CLASSES = 4;

/** The original's scores that compare two voxel indices by mistake (SEMANTICS, quirk 1): ours are held against those intended. */
const MISTAKEN_SCORES: ReadonlySet<string> = new Set(["brats_wt", "brats_tc", "brats_et"]);

interface SegmentationCase {
  readonly classes: number;
  readonly losses: Readonly<Record<string, number | null>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<string, number | { readonly raises: string }>>;
  readonly intended_brats_foreground_dice_NOT_IN_ORIGINAL: Readonly<Record<string, number | null>>;
}

/** The original's segmentation losses with gradients, metrics and scores: every entry of a file that describes such cases. */
export const segmentationLoss: GoldenKind = {
  name: "segmentation-loss",
  summary: "the original's segmentation losses with their gradients, metrics and scores",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, []);
    return descriptors.flatMap(({ stem, json }) => {
      const entries = Object.entries(json).filter((entry): entry is [string, SegmentationCase] => isSegmentationCase(entry[1]));
      return entries.map(([key, description]) => {
        const arrays = posix.join(posix.dirname(stem), key);
        return {
          name: `${stem}:${key}`,
          files: [`${stem}.json`, ...filesOf(folder, arrays)],
          run: () => checkSegmentation(folder, arrays, description),
        };
      });
    });
  },
};

function isSegmentationCase(value: unknown): boolean {
  return typeof value === "object" && value !== null && ["classes", "losses", "metrics", "scores"].every((field) => field in value);
}

async function checkSegmentation(folder: GoldenFolder, stem: string, description: SegmentationCase): Promise<undefined> {
  const truth = await readTensor(folder, `${stem}.y_true.npy`);
  const prediction = await readTensor(folder, `${stem}.y_pred.npy`);
  try {
    for (const [name, expected] of Object.entries(description.losses)) {
      if (OTHER_LOSSES.has(name)) continue;
      const value = tf.tidy(() => lossNamed(name)(truth, prediction).dataSync()[0] as number);
      expectLoss(name, value, expected);
    }
    for (const file of filesOf(folder, stem)) {
      const name = /\.grad_(.+)\.npy$/.exec(file)?.[1];
      if (name === undefined) continue;
      const gradient = tf.tidy(() => tf.grad((x) => lossNamed(name)(truth, x))(prediction));
      expectClose(file, gradient, await folder.readArray(file));
      gradient.dispose();
    }
    checkMetrics(truth, prediction, description);
    checkScores(await classesOf(folder, `${stem}.y_true.npy`), await classesOf(folder, `${stem}.y_pred.npy`), truth, prediction, description);
  } finally {
    tf.dispose([truth, prediction]);
  }
}

/** A loss that is no number in the original (a cross-entropy of probabilities that are all 0) is none here. */
function expectLoss(name: string, value: number, expected: number | null): void {
  if (expected !== null) expectNumber(name, value, expected);
  else if (Number.isFinite(value)) throw new Error(`${name}: expected no number, received ${value}`);
}

function lossNamed(name: string): Loss {
  const loss = ORIGINAL_LOSSES[name];
  if (loss === undefined) throw new Error(`loss "${name}" is not understood`);
  return loss;
}

function checkMetrics(truth: Tensor, prediction: Tensor, { metrics }: SegmentationCase): void {
  const perClass = tf.tidy(() => dicePerClass(truth, prediction).dataSync());
  for (const [name, expected] of Object.entries(metrics)) {
    const label = /^weighted_dice_coefficient_per_class_(\d+)$/.exec(name)?.[1];
    if (label !== undefined) expectNumber(name, perClass[Number(label)] as number, expected);
  }
}

/** The most probable class of every voxel. */
async function classesOf(folder: GoldenFolder, path: string): Promise<Uint8Array> {
  const { data, shape }: NpyArray = await folder.readArray(path);
  const classes = shape[shape.length - 1] as number;
  return Uint8Array.from({ length: data.length / classes }, (_, row) => {
    const values = Array.from(data.slice(row * classes, (row + 1) * classes));
    return values.indexOf(Math.max(...values));
  });
}

function checkScores(
  truth: Uint8Array,
  prediction: Uint8Array,
  probabilitiesOfTruth: Tensor,
  probabilities: Tensor,
  { classes, metrics, scores, intended_brats_foreground_dice_NOT_IN_ORIGINAL: intended }: SegmentationCase,
): void {
  const over = (tensor: Tensor): boolean[] => Array.from(tensor.dataSync(), (value) => value > 0.5);
  const perClass = diceOfClasses(truth, prediction, classes);
  const present = new Set([...truth, ...prediction]);
  const { dice, jaccard } = meanOverlap(truth, prediction);
  const binary = accuracy(over(probabilitiesOfTruth).map(Number), over(probabilities).map(Number));
  const regions = diceOfRegions(truth, prediction, BRATS_REGIONS);
  const actual: Record<string, number> = { dice, jaccard, bin_accuracy: binary };
  perClass.forEach((value, label) => (actual[`dice_pancreas_${label}`] = value));

  for (const [name, expected] of Object.entries(scores)) {
    if (MISTAKEN_SCORES.has(name)) continue;
    const label = /^dice_pancreas_(\d+)$/.exec(name)?.[1];
    // the original counts the classes that are present (quirk 24): the same class only where none before it is absent
    if (label !== undefined && !Array.from({ length: Number(label) + 1 }, (_, k) => present.has(k)).every(Boolean)) continue;
    if (typeof expected !== "number" || actual[name] === undefined) throw new Error(`score "${name}" is not understood`);
    expectNumber(name, actual[name], expected);
  }
  // smoothed by 1e-5 there, so that differences are held against 1, the best value
  const metric = (name: string, value: number): void => {
    const expected = metrics[name];
    if (expected !== undefined) expectClose(name, pair(value), pair(expected));
  };
  metric("accuracy", accuracy(truth, prediction));
  if (classes > BRATS_CLASSES) return;
  metric("brats_wt_metric", regions.WT);
  metric("brats_tc_metric", regions.TC);
  metric("brats_et_metric", regions.ET);
  for (const [name, value] of Object.entries(intended)) {
    const region = name.slice(0, 2).toUpperCase() as keyof typeof BRATS_REGIONS;
    expectNumber(`Dice ${region}`, regions[region], value ?? 1);
  }
}

function pair(value: number): Shaped {
  return { data: [value, 1], shape: [2] };
}
