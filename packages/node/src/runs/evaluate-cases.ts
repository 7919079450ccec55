import { estimateMean, type Dataset, type Estimate, type HeadPlugin, type Scores } from "@ssl3d/core";
import { writeNifti } from "@ssl3d/data";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import { isVolume } from "../workers/is-volume.js";
import { segmentVolume, type SegmentationRequest } from "./segment-volume.js";
import type { UsedPlugin } from "./use-plugin.js";

/** Scores of one test case. */
export interface CaseScores {
  readonly id: string;
  readonly scores: Scores;
}

/** The content of scores.json. */
export interface Evaluation {
  readonly cases: readonly CaseScores[];
  /** Mean of each score over the cases where it is defined, with its 95 % interval. */
  readonly means: Readonly<Record<string, Estimate>>;
}

/** What is evaluated, and where predictions go. */
export interface EvaluationRequest extends SegmentationRequest {
  readonly dataset: Dataset;
  readonly ids: readonly string[];
  readonly plugin: UsedPlugin<HeadPlugin>;
  /** Folder of the predictions, one NIfTI file a case. */
  readonly predictions: string;
  readonly onCase: (done: number, id: string) => void;
  readonly signal?: AbortSignal;
}

/** Predicts and scores test cases on their own grid. Undefined where the signal came in between. */
export async function evaluateCases(request: EvaluationRequest): Promise<Evaluation | undefined> {
  const { dataset, ids, plugin, predictions } = request;
  const cases: CaseScores[] = [];
  for (const id of ids) {
    if (request.signal?.aborted === true) return undefined;
    const { probabilities, labels } = await segmentVolume(await dataset.loadImage(id), request);
    const truth = await dataset.loadTruth(id);
    if (isVolume(truth)) await writeFileAtomic(join(predictions, `${id}.nii.gz`), await writeNifti(labels));
    cases.push({ id, scores: plugin.plugin.score(probabilities, truth, plugin.options) });
    request.onCase(cases.length, id);
  }
  return { cases, means: meansOf(cases) };
}

function meansOf(cases: readonly CaseScores[]): Record<string, Estimate> {
  const names = new Set(cases.flatMap(({ scores }) => Object.keys(scores)));
  const entries = [...names].flatMap((name) => {
    const values = cases.flatMap(({ scores }) => (typeof scores[name] === "number" ? [scores[name]] : []));
    return values.length === 0 ? [] : [[name, estimateMean(values)] as const];
  });
  return Object.fromEntries(entries);
}
