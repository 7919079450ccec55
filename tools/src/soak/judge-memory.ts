/** Growth that is none: the larger of both. */
const TOLERATED_MIB = 20;
const TOLERATED_SHARE = 0.02;

/** Whether memory stayed flat. */
export interface MemoryJudgement {
  readonly flat: boolean;
  /** Median resident memory from 20 % to 30 % of the run, when everything has been allocated once, MiB. */
  readonly early: number;
  /** Median of the last tenth, MiB. */
  readonly late: number;
}

/** Judges samples of resident memory in MiB, taken at equal distances over a run; at least ten. */
export function judgeMemory(samples: readonly number[]): MemoryJudgement {
  const part = (from: number, to: number): number => median(samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length)));
  const [early, late] = [part(0.2, 0.3), part(0.9, 1)];
  return { flat: late - early <= Math.max(TOLERATED_MIB, TOLERATED_SHARE * early), early, late };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}
