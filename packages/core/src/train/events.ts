/** Named figures, e.g. `accuracy`. */
export type Figures = Readonly<Record<string, number>>;

/** "interrupted" where the signal stopped the run: the command exits with 130, `resume` goes on. */
export type TrainingOutcome = "completed" | "interrupted";

/** What the training loop reports as it goes. `step` counts finished steps: the first is 1. Times are in seconds. */
export type TrainingEvent =
  | {
      readonly type: "start";
      /** Steps finished before, from the checkpoint that is resumed; else 0. */
      readonly step: number;
      readonly steps: number;
      /** Where the checkpoint lies that is resumed. */
      readonly resumedFrom?: string;
    }
  | {
      /** The encoder is frozen or trains from the step after `step` on. */
      readonly type: "phase";
      readonly step: number;
      readonly encoder: "frozen" | "trained";
    }
  | {
      readonly type: "step";
      readonly step: number;
      readonly loss: number;
      readonly metrics: Figures;
      readonly learningRate: number;
      /** Euclidean norm of all gradients together, before clipping. */
      readonly gradientNorm: number;
      /** Whole step, the wait for data included. */
      readonly seconds: number;
      /** How long the loop stood still for want of a batch. */
      readonly waitedSeconds: number;
    }
  | {
      readonly type: "validation";
      readonly step: number;
      /** Means over the validation examples. */
      readonly loss: number;
      readonly metrics: Figures;
      readonly seconds: number;
    }
  | {
      /** What a probe measured of the weights after `step`. */
      readonly type: "probe";
      readonly step: number;
      readonly metrics: Figures;
      readonly seconds: number;
    }
  | {
      readonly type: "checkpoint";
      readonly step: number;
      readonly location: string;
      readonly seconds: number;
    }
  | { readonly type: "end"; readonly step: number; readonly outcome: TrainingOutcome };
