import { BRATS_REGIONS, scoreRegion, SURFACE_TOLERANCE_MM, type RegionScores, type Volume } from "@ssl3d/core";
import { sameGrid, toLabels } from "@ssl3d/data";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { readFailed } from "../files/errors.js";
import { evaluationEmpty, evaluationGrid, evaluationKinds, evaluationLabels, evaluationPartner, evaluationTwice } from "./errors.js";
import { folderFiles } from "../files/folder-files.js";
import { readInput } from "./read-input.js";

/** What {@link evaluateVolumes} compares. */
export interface EvaluateRequest {
  /** A label volume, or a folder of them. */
  readonly prediction: string;
  /** A label volume, or a folder of them; of a folder in the BraTS layout the files that end in _seg. */
  readonly truth: string;
  /** "labels" (default) scores every label value but 0 by itself, "brats" WT, TC and ET. */
  readonly regions?: "labels" | "brats";
  /** Tolerance of the normalised surface Dice in mm. Default 1. */
  readonly toleranceMm?: number;
  readonly onCase?: (done: number, cases: number, id: string) => void;
}

/** Scores of one region as `ssl3d evaluate --json` tells them. */
export type EvaluatedRegion = Omit<RegionScores, "jaccard">;

/** What `ssl3d evaluate --json` prints. */
export interface VolumeEvaluation {
  readonly cases: readonly { readonly id: string; readonly regions: Readonly<Record<string, EvaluatedRegion>> }[];
}

/** A label that occurs in other cases and in neither file of this one. */
const ABSENT: EvaluatedRegion = { dice: 1, nsd: null, hd95Mm: null, truthVoxels: 0, predictionVoxels: 0 };

/**
 * Scores label volumes on disk against their truths: Dice, normalised surface Dice and 95 % Hausdorff distance a region and case.
 * @throws SSL3D_EVALUATION_KINDS, SSL3D_EVALUATION_PARTNER, SSL3D_EVALUATION_GRID, SSL3D_EVALUATION_EMPTY,
 * SSL3D_EVALUATION_TWICE, SSL3D_EVALUATION_LABELS, SSL3D_DATASET_LABELS, and those of reading
 */
export async function evaluateVolumes(request: EvaluateRequest): Promise<VolumeEvaluation> {
  const { toleranceMm = SURFACE_TOLERANCE_MM, regions = "labels" } = request;
  const pairs = await pairFiles(request.prediction, request.truth);
  const cases: { id: string; regions: Record<string, EvaluatedRegion> }[] = [];
  for (const { id, prediction, truth } of pairs) {
    const [found, actual] = [await readLabels(prediction), await readLabels(truth)];
    requireOneGrid(prediction, found, truth, actual);
    if (regions === "brats") for (const [path, volume] of [[prediction, found], [truth, actual]] as const) requireBratsLabels(path, volume);
    const named = regions === "brats" ? BRATS_REGIONS : labelRegions(found, actual);
    const scored = Object.entries(named).map(([name, labels]) => {
      const { dice, nsd, hd95Mm, truthVoxels, predictionVoxels } = scoreRegion(actual, found, labels, toleranceMm);
      return [name, { dice, nsd, hd95Mm, truthVoxels, predictionVoxels }] as const;
    });
    cases.push({ id, regions: Object.fromEntries(scored) });
    request.onCase?.(cases.length, pairs.length, id);
  }
  const names = [...new Set(cases.flatMap((one) => Object.keys(one.regions)))];
  if (regions === "labels") names.sort((a, b) => Number(a) - Number(b));
  return { cases: cases.map(({ id, regions: own }) => ({ id, regions: Object.fromEntries(names.map((name) => [name, own[name] ?? ABSENT])) })) };
}

/** Refuses label volumes of something else, whose regions are all empty and would score 1. */
function requireBratsLabels(path: string, { voxels }: Volume): void {
  const known = new Set<number>([0, ...Object.values(BRATS_REGIONS).flat()]);
  for (const label of voxels) if (!known.has(label)) throw evaluationLabels(path, label, [...known].sort((a, b) => a - b));
}

/** A region for each label value but 0, by its value. */
function labelRegions(...volumes: readonly Volume[]): Record<string, readonly number[]> {
  const labels = new Set<number>();
  for (const { voxels } of volumes) for (const label of voxels) labels.add(label);
  labels.delete(0);
  return Object.fromEntries([...labels].sort((a, b) => a - b).map((label) => [String(label), [label]]));
}

interface Pair {
  readonly id: string;
  readonly prediction: string;
  readonly truth: string;
}

const ENDING = /\.(nii(\.gz)?|png)$/i;
/** What truths are called after their case in common layouts. */
const TRUTH_SUFFIX = /[_-](seg|segmentation|labels?|mask|gt)$/i;

async function pairFiles(prediction: string, truth: string): Promise<readonly Pair[]> {
  const [predictions, truths] = [await listVolumes(prediction), await listVolumes(truth)];
  if (predictions === "file" && truths === "file") return [{ id: basename(prediction).replace(ENDING, ""), prediction, truth }];
  if (predictions === "file" || truths === "file") throw evaluationKinds(prediction, truth);
  const marked = truths.filter((path) => TRUTH_SUFFIX.test(path.replace(ENDING, "")));
  const predicted = byCase(prediction, predictions);
  // beside files called _seg the others are images
  const actual = byCase(truth, marked.length > 0 ? marked : truths);
  for (const id of predicted.keys()) if (!actual.has(id)) throw evaluationPartner("truth", id, truth, [...actual.keys()]);
  for (const id of actual.keys()) if (!predicted.has(id)) throw evaluationPartner("prediction", id, prediction, [...predicted.keys()]);
  return [...predicted].map(([id, path]) => ({ id, prediction: path, truth: actual.get(id)! })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function listVolumes(path: string): Promise<readonly string[] | "file"> {
  const found = await stat(path).catch((error: unknown) => {
    throw readFailed(path, error as NodeJS.ErrnoException);
  });
  if (!found.isDirectory()) return "file";
  const files = (await (await folderFiles(path)).list()).filter((name) => ENDING.test(name));
  if (files.length === 0) throw evaluationEmpty(path);
  return files.map((name) => join(path, name));
}

function byCase(folder: string, paths: readonly string[]): ReadonlyMap<string, string> {
  const cases = new Map<string, string>();
  for (const path of paths) {
    const id = basename(path).replace(ENDING, "").replace(TRUTH_SUFFIX, "");
    const other = cases.get(id);
    if (other !== undefined) throw evaluationTwice(id, folder, other, path);
    cases.set(id, path);
  }
  return cases;
}

async function readLabels(path: string): Promise<Volume> {
  const volume = await readInput([path]);
  if (volume.channels !== 1) throw evaluationGrid(path, `${volume.channels} channels`, "one channel of labels");
  return { ...volume, voxels: toLabels(volume, path) };
}

function requireOneGrid(prediction: string, found: Volume, truth: string, actual: Volume): void {
  const of = (grid: Volume): string => grid.size.join(" x ");
  if (of(found) !== of(actual)) throw evaluationGrid(prediction, `${of(found)} voxels`, `${of(actual)}, as ${truth} has`);
  if (sameGrid(found, actual, 0.1 * Math.min(...actual.spacing))) return;
  const place = ({ affine }: Volume): string => `[${affine.slice(0, 12).map((value) => +value.toFixed(4)).join(", ")}]`;
  throw evaluationGrid(prediction, `the affine ${place(found)}`, `${place(actual)}, as ${truth} has`);
}
