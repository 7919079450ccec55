import { Ssl3dError } from "@ssl3d/core";

/** A label volume holds a value that the option `labelValues` does not list. */
export function unknownLabel(caseId: string, value: number, labels: readonly number[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_UNKNOWN_LABEL",
    message:
      `Expected the label values ${labels.join(", ")} (option \`labelValues\`), ` +
      `received ${value} in the truth of case "${caseId}".`,
    fix: `Add ${value} to the head's option \`labelValues\`, or correct the label file.`,
    facts: { caseId, value, labels },
  });
}

/** A case's truth is a number or a vector where a segmentation needs a label volume. */
export function truthIsNoVolume(truth: number | readonly number[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_TRUTH_IS_NO_VOLUME",
    message: `Expected a label volume as the truth of a segmentation, received ${JSON.stringify(truth)}.`,
    fix: "Use a data set whose truths are label volumes, or a head for classes or numbers.",
    facts: { truth },
  });
}
