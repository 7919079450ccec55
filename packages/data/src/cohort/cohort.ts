import type { LabelledCase, Random, Volume } from "@ssl3d/core";

/** One synthetic case. */
export interface CohortCase<Truth extends LabelledCase["truth"] = LabelledCase["truth"]> {
  readonly id: string;
  readonly image: Volume<Float32Array>;
  /** Absent in cohorts made without labels, for pretraining. */
  readonly truth?: Truth;
}

/** A generator of synthetic cases. */
export interface Cohort<Truth extends LabelledCase["truth"] = LabelledCase["truth"]> {
  readonly name: string;
  /**
   * Makes case `index` (0, 1, ...). It depends on the stream's seed and the index alone, not on what was made before or how
   * many cases there are.
   */
  case(index: number, random: Random): CohortCase<Truth>;
  /** The data set card in Markdown: what it is, how it was made, from what, under which terms. */
  card(request: CohortRequest): string;
}

/** Which cases of a cohort to make. */
export interface CohortRequest {
  readonly count: number;
  readonly seed: number | string;
  /** Index of the first case. Default 0. */
  readonly first?: number;
}

/** A file of a cohort's folder. Paths are relative and use "/". */
export interface CohortFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}
