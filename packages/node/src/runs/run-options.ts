import type { TrainingEvent } from "@ssl3d/core";
import { totalmem } from "node:os";
import type { ActiveEngine } from "../engine/activate-engine.js";
import type { TransferEvent } from "./transfer-encoder.js";

/** What a run tells besides how training goes. */
export type RunEvent =
  | TrainingEvent
  /** `changed` tells how it differs from the one that a resumed run was on before. */
  | { readonly type: "engine"; readonly engine: ActiveEngine; readonly changed?: string }
  | {
      readonly type: "data";
      readonly folder: string;
      readonly training: number;
      readonly validation: number;
      readonly test: number;
      /** Size in voxels of the images that the network sees. */
      readonly size: readonly number[];
      readonly channels: number;
    }
  | TransferEvent
  /** Something that may spoil the result without being a fault. */
  | { readonly type: "warning"; readonly message: string }
  | { readonly type: "evaluation"; readonly done: number; readonly cases: number; readonly id: string };

/** How a run is started, besides its configuration. */
export interface RunOptions {
  /** Continues the run in the output folder. */
  readonly resume?: boolean;
  /** Saves and stops after the step under way. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Where plugins are searched from. Default: the working folder. */
  readonly cwd?: string;
  /** Folders of packages whose dependencies hold further plugins, such as the command's own. */
  readonly bundled?: readonly string[];
}

/** How something is done that is no run: where plugins are, and who hears warnings. */
export type CallOptions = Pick<RunOptions, "cwd" | "bundled" | "onEvent">;

/** Memory for preprocessed volumes in all data workers together: a quarter of the machine's, at most 4 GiB. */
export function cacheBudgetBytes(): number {
  return Math.min(4 * 2 ** 30, Math.floor(totalmem() / 4));
}

/** Batches that data workers make ahead of the training loop. */
export const PREFETCH = 2;

/** Where a run looks for plugins. */
export function searchPlaces(options: RunOptions): { cwd: string; bundled: readonly string[] } {
  return { cwd: options.cwd ?? process.cwd(), bundled: options.bundled ?? [] };
}
