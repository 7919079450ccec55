import { Ssl3dError } from "@ssl3d/core";

/** A batch without another case to take the negative from. */
export function batchOfOne(): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_EXEMPLAR_BATCH_OF_ONE",
    message: 'Expected batches of at least 2 examples, since the exemplar task takes negatives from the batch (`negatives: "batch"`), received 1.',
    fix: 'Set the training\'s `batchSize` to 2 or more, or the task\'s option `negatives` to "dataset".',
  });
}
