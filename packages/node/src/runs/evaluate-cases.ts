import type { Dataset, Estimate, HeadPlugin, PredictedCase, Scores, Volume } from "@ssl3d/core";
import { writeNifti, writePng } from "@ssl3d/data";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import { isVolume } from "../workers/is-volume.js";
import { answersOf, classifyImage, type ImageAnswers } from "./classify-image.js";
import { estimateScore } from "./measures.js";
import { segmentVolume, type SegmentationRequest } from "./segment-volume.js";
import { summariseCohort, type CohortEvaluation } from "./summarise-cohort.js";
import type { UsedPlugin } from "./use-plugin.js";

/** Scores of one test case. */
export interface CaseScores {
  readonly id: string;
  readonly scores: Scores;
  /** What a head of whole images decided, and the truth as it came. */
  readonly prediction?: ImageAnswers & { readonly label: number; readonly name: string; readonly truth: number | readonly number[] };
}

/** The content of scores.json. */
export interface Evaluation {
  readonly cases: readonly CaseScores[];
  /** Mean of each score over the cases where it is defined, with its 95 % interval: the cohort's where it has that score, too. */
  readonly means: Readonly<Record<string, Estimate>>;
  /** Scores that are no means over cases, from heads that have such. */
  readonly cohort?: CohortEvaluation;
}

/** What is evaluated, and where predictions go. */
export interface EvaluationRequest extends SegmentationRequest {
  readonly dataset: Dataset;
  readonly ids: readonly string[];
  readonly plugin: UsedPlugin<HeadPlugin>;
  /** Folder of the predicted label volumes, one NIfTI file (PNG for images) a case. */
  readonly predictions: string;
  readonly onCase: (done: number, id: string) => void;
  readonly signal?: AbortSignal;
}

/** Predicts and scores test cases on their own grid. Undefined where the signal came in between. */
export async function evaluateCases(request: EvaluationRequest): Promise<Evaluation | undefined> {
  const { dataset, ids, plugin, predictions } = request;
  const { plugin: head, options } = plugin;
  const cases: CaseScores[] = [];
  const predicted: PredictedCase[] = [];
  for (const id of ids) {
    if (request.signal?.aborted === true) return undefined;
    const image = await dataset.loadImage(id);
    if (head.predicts === "image") {
      const probabilities = await classifyImage(image, request);
      const truth = await dataset.loadTruth(id);
      predicted.push({ probabilities, truth });
      const scores = head.score(probabilities, truth, options);
      const decision = head.decide?.(probabilities, options);
      const prediction = decision !== undefined && !isVolume(truth) ? { ...decision, ...answersOf(head, probabilities), truth } : undefined;
      cases.push({ id, scores, ...(prediction && { prediction }) });
    } else {
      const { probabilities, labels } = await segmentVolume(image, request);
      const truth = await dataset.loadTruth(id);
      if (isVolume(truth)) await writeLabels(predictions, id, labels);
      cases.push({ id, scores: head.score(probabilities, truth, options) });
    }
    request.onCase(cases.length, id);
  }
  const means = meansOf(cases);
  const summary = predicted.length === 0 ? undefined : head.summarise?.(predicted, options);
  if (summary === undefined) return { cases, means };
  const cohort = summariseCohort((some) => head.summarise?.(some, options) ?? summary, predicted);
  return { cases, means: withIntervalsOf(cohort, means), cohort };
}

/** Student's interval of a share of right answers would leave the range from 0 to 1; resampling the cases does not. */
function withIntervalsOf({ scores }: CohortEvaluation, means: Evaluation["means"]): Evaluation["means"] {
  return Object.fromEntries(Object.entries(means).map(([name, estimate]) => [name, { ...estimate, interval: scores[name]?.interval ?? estimate.interval }]));
}

async function writeLabels(folder: string, id: string, labels: Volume<Uint8Array>): Promise<void> {
  const flat = labels.size.length === 2;
  await writeFileAtomic(join(folder, `${id}${flat ? ".png" : ".nii.gz"}`), flat ? writePng(labels) : await writeNifti(labels));
}

function meansOf(cases: readonly CaseScores[]): Record<string, Estimate> {
  const names = new Set(cases.flatMap(({ scores }) => Object.keys(scores)));
  const entries = [...names].flatMap((name) => {
    const values = cases.flatMap(({ scores }) => (typeof scores[name] === "number" ? [scores[name]] : []));
    return values.length === 0 ? [] : [[name, estimateScore(name, values)] as const];
  });
  return Object.fromEntries(entries);
}
