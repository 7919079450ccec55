/*
 * A cell of the benchmark's table is a process of its own, so that its memory is its own and cells can take turns. It prints one
 * JSON object a line: a CellReady when its network is built, then a CellStep for each line "step" that it reads. It ends when its
 * input does. Lines that are no such object are skipped. tools/peers/train_step.py speaks the same.
 */

/** The network is built. */
export interface CellReady {
  /** Floating-point operations of a step. */
  readonly operations: number;
  /** Trained numbers. */
  readonly parameters: number;
  /** Resident memory before the network was built, MiB. */
  readonly baselineRssMiB: number;
  readonly threads: number;
  /** Of the engine or framework. */
  readonly version: string;
}

/** A step is done. */
export interface CellStep {
  /** Time passed, milliseconds. */
  readonly ms: number;
  /** Processor time of all threads together, milliseconds. */
  readonly cpuMs: number;
  /** Largest resident memory of the process so far, MiB. */
  readonly peakRssMiB: number;
}

/** The cell cannot go on. */
export interface CellFailure {
  readonly error: string;
}

/** The line that asks for a step. */
export const STEP = "step";
