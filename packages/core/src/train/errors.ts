import { Ssl3dError } from "../errors.js";

/** Examples that cannot be stacked into one batch. */
export function unequalExamples(
  what: string,
  firstCase: string,
  first: string,
  otherCase: string,
  other: string
): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_UNEQUAL_EXAMPLES",
    message: `The examples of a batch must agree in ${what}: case "${firstCase}" has ${first}, case "${otherCase}" has ${other}.`,
    fix: "Set a patch size, so that every example is cut to the same shape, or train with batches of one.",
    facts: { firstCase, first, otherCase, other },
  });
}

/** Code of {@link nonFiniteStep}. */
export const NOT_FINITE = "SSL3D_TRAINING_NOT_FINITE";

/** A loss or gradient that is NaN or infinite. */
export function nonFiniteStep(
  step: number,
  what: string,
  caseIds: readonly string[],
  checkpoint: string | undefined
): Ssl3dError {
  const cases =
    caseIds
      .slice(0, 16)
      .map((id) => `"${id}"`)
      .join(", ") + (caseIds.length > 16 ? ", ..." : "");
  const saved =
    checkpoint === undefined ? "no checkpoint was saved before it" : `the last good checkpoint is ${checkpoint}`;
  return new Ssl3dError({
    code: NOT_FINITE,
    message: `In step ${step} ${what}; the batch holds the cases ${cases}; ${saved}. The weights are those before the step.`,
    fix: "Look at these cases for NaN or extreme values (ssl3d data inspect); if they are sound, lower the learning rate or set clipNorm.",
    facts: { step, caseIds, checkpoint },
  });
}

/** Batches in which normalisation leaves nothing of the examples. */
export function batchTooSmall(batchSize: number, needed: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_BATCH_TOO_SMALL",
    message: `Expected a batchSize of at least ${needed}, received ${batchSize}: the batch normalisation of this task's or head's fully connected layers would turn every example into the same numbers, so that nothing could be learnt.`,
    fix: `Set batchSize (--batch-size) to ${needed} or more, or train without it: option batchNorm of a task, architecture "linear" or "plain" of a head. gradientAccumulation does not help.`,
    facts: { batchSize, needed },
  });
}

/** A run in which every weight is frozen. */
export function nothingToTrain(): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_NOTHING_TO_TRAIN",
    message:
      "There is no weight to train: the encoder is frozen and the task or head has no trained weights of its own.",
    fix: "Set freezeEncoder to 0.",
  });
}
