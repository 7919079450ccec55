import { createRandom, type CohortScores, type PredictedCase } from "@ssl3d/core";

/** A score of a whole test set with its 95 % interval; null where undefined. */
export interface CohortEstimate {
  readonly value: number | null;
  readonly interval: readonly [low: number, high: number] | null;
}

/** Scores of a whole test set as scores.json holds them. */
export interface CohortEvaluation {
  readonly scores: Readonly<Record<string, CohortEstimate>>;
  readonly confusion?: CohortScores["confusion"];
}

const RESAMPLES = 1000;

/** A head's scores of a test set, with percentile bootstrap intervals over its cases. Same cases, same intervals. */
export function summariseCohort(
  summarise: (cases: readonly PredictedCase[]) => CohortScores,
  cases: readonly PredictedCase[],
): CohortEvaluation {
  const { scores, confusion } = summarise(cases);
  const random = createRandom("bootstrap of cases");
  const drawn = Array.from({ length: cases.length < 2 ? 0 : RESAMPLES }, () => summarise(cases.map(() => random.pick(cases))).scores);
  const estimates = Object.entries(scores).map(([name, value]) => {
    const values = drawn.map((one) => one[name] ?? null).filter((one) => one !== null).sort((a, b) => a - b);
    const at = (share: number): number => values[Math.round(share * (values.length - 1))]!;
    const interval = value === null || values.length === 0 ? null : ([at(0.025), at(0.975)] as const);
    return [name, { value, interval }] as const;
  });
  return { scores: Object.fromEntries(estimates), ...(confusion && { confusion }) };
}
