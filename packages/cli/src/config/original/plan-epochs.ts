import { patchesOf } from "./loaders.js";
import type { OriginalValues } from "./original-values.js";

/** Epochs of the original as steps here. */
export interface EpochPlan {
  readonly stepsPerEpoch: number;
  readonly training: { readonly steps: number; readonly validateEvery: number; readonly checkpointEvery?: number };
}

/** Examples that the original made of one image: predictive coding a true and a false one of each column of patches. */
export function examplesPerImage({ algorithm, data_is_3D: volumes, patches_per_side: perSide = 1 }: OriginalValues): number {
  return algorithm === "cpc" ? 2 * perSide ** (volumes ? 2 : 1) : 1;
}

/** The original's batch, counted in images. */
export function imagesPerBatch(values: OriginalValues): number {
  return Math.max(1, Math.round(values.batch_size / examplesPerImage(values)));
}

/** Steps of so many epochs over `cases` training cases in batches of `batchSize` images. */
export function planEpochs(values: OriginalValues, cases: number, batchSize: number): EpochPlan {
  const { dataset_name: name, train_data_generator_args: args, epochs, save_checkpoint_every_n_epochs: checkpoint } = values;
  const images = cases * (patchesOf(name, args)?.perScan ?? 1);
  const stepsPerEpoch = Math.ceil(images / batchSize);
  return {
    stepsPerEpoch,
    training: {
      steps: epochs * stepsPerEpoch,
      validateEvery: stepsPerEpoch,
      ...(checkpoint !== null && { checkpointEvery: checkpoint * stepsPerEpoch }),
    },
  };
}
