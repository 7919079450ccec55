import type { Random } from "@ssl3d/core";
import { createBatchNorm } from "../layers/batch-norm-layer.js";
import { createDense } from "../layers/dense-layer.js";
import { createDropout } from "../layers/dropout-layer.js";
import { createSequence, type Layer } from "../layers/layer.js";

/** The shape of a stack of fully connected layers. */
export interface DenseStackShape {
  /** Outputs of each hidden layer, all with ReLU. */
  readonly widths: readonly number[];
  /** Batch normalisation after every hidden layer. */
  readonly batchNorm: boolean;
  /** Dropout rate after every hidden layer; none where 0. */
  readonly dropout: number;
  /** The last layer, for callers that want one. */
  readonly top: { readonly outputs: number; readonly activation: "linear" | "relu" | "sigmoid" };
}

/** The original's fully connected stacks with its default widths. Spread one and override what differs. */
export const DENSE_STACKS: Readonly<Record<"wide" | "multilabel" | "plain", DenseStackShape>> = {
  /** `big_fully`: two wide layers; the top gives one number that is not negative. */
  wide: { widths: [2048, 1024], batchNorm: true, dropout: 0.5, top: { outputs: 1, activation: "relu" } },
  /** `simple_multiclass`: one layer; the top gives five independent probabilities. */
  multilabel: { widths: [1024], batchNorm: true, dropout: 0.5, top: { outputs: 5, activation: "sigmoid" } },
  /** What the original builds where no architecture is named: layers without normalisation and dropout. */
  plain: { widths: [1024, 1024], batchNorm: false, dropout: 0, top: { outputs: 1, activation: "relu" } },
};

/** Examples without which a batch teaches a stack nothing: normalised over one, every example is the same. */
export function minimumBatchSizeOf({ widths, batchNorm }: Pick<DenseStackShape, "widths" | "batchNorm">): number {
  return batchNorm && widths.length > 0 ? 2 : 1;
}

/** What a stack of fully connected layers is built from. */
export interface DenseStackOptions extends Omit<DenseStackShape, "top"> {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly inputs: number;
  /** The last layer; where it is null the stack ends in its last hidden layer. */
  readonly top: DenseStackShape["top"] | null;
  readonly random: Random;
}

/** Fully connected layers on [batch, inputs], in the original's order: dense, ReLU, batch normalisation, dropout. */
export function createDenseStack(options: DenseStackOptions): Layer {
  const { name, inputs, widths, batchNorm, dropout, top, random } = options;
  const hidden = widths.flatMap((width, i) => {
    const layerName = `${name}/dense${i + 1}`;
    const layerInputs = widths[i - 1] ?? inputs;
    return [
      createDense({ name: layerName, inputs: layerInputs, outputs: width, activation: "relu", random: random.split(`dense${i + 1}`) }),
      ...(batchNorm ? [createBatchNorm({ name: `${name}/norm${i + 1}`, channels: width })] : []),
      ...(dropout > 0 ? [createDropout(dropout)] : []),
    ];
  });
  if (top === null) return createSequence(hidden);
  const last = widths[widths.length - 1] ?? inputs;
  return createSequence([...hidden, createDense({ name: `${name}/top`, inputs: last, ...top, random: random.split("top") })]);
}
