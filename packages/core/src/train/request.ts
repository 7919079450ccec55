import type { Encoder, Example, Trainable } from "../contract/network.js";
import type { CheckpointStore } from "../checkpoint/store.js";
import type { Random } from "../random.js";
import type { BatchSource } from "./batch.js";
import type { Figures, TrainingEvent, TrainingOutcome } from "./events.js";
import type { TrainingOptions } from "./options.js";

/** Batches to validate on: those with the indices 0 to `count` - 1, the same ones each time. */
export interface Validation<E extends Example = Example> {
  readonly batches: BatchSource<E>;
  readonly count: number;
}

/** Something that is measured between steps, such as what the features are worth so far. */
export interface Probe {
  /** Steps between measurements; besides, one before the first step and one after the last. */
  readonly every: number;
  /** Must leave weights, moving statistics and tfjs' memory as they are. */
  measure(): Promise<Figures>;
}

/** What {@link train} takes. Networks stay the caller's to dispose. */
export interface TrainingRequest<E extends Example = Example> {
  readonly encoder: Encoder;
  /** The task or head on top of the encoder. */
  readonly trainable: Trainable<E>;
  readonly batches: BatchSource<E>;
  readonly validation?: Validation<E>;
  readonly probe?: Probe;
  readonly options: TrainingOptions;
  /** Dropout draws from it; its path, which holds the seed, is checked on resume. */
  readonly random: Random;
  /** Identities of the plugins in use, e.g. `{ task: "@ssl3d/task-rotation:rotation" }`: saved, and checked on resume. */
  readonly plugins?: Readonly<Record<string, string>>;
  /** Where checkpoints go; without it none is kept. */
  readonly checkpoints?: CheckpointStore;
  /** Goes on from the latest checkpoint; starts afresh where there is none yet. */
  readonly resume?: boolean;
  /** Stops after the step under way, with a checkpoint saved. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** How a training run ended. */
export interface TrainingResult {
  readonly outcome: TrainingOutcome;
  /** Steps finished, those before a resume included. */
  readonly step: number;
  /** Loss and metrics of the last step run here; absent where none was left to run. */
  readonly last?: { readonly loss: number; readonly metrics: Figures };
  /** The last validation run here. */
  readonly validation?: { readonly loss: number; readonly metrics: Figures };
  /** Wall-clock time of this call. */
  readonly seconds: number;
  /** Part of `seconds` in which the loop stood still for want of a batch. */
  readonly waitedSeconds: number;
  /** Where the last checkpoint lies. */
  readonly checkpoint?: string;
}
