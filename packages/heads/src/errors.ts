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

/** A case's truth is a label volume or an unusable vector where a class or grade is needed. */
export function truthIsNoClass(received: string, classes: number, caseId: string | undefined): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_TRUTH_IS_NO_CLASS",
    message: `Expected a class from 0 to ${classes - 1}, or a vector of ${classes} entries of 0 and 1, as the truth${ofCase(caseId)}, received ${received}.`,
    fix: 'Use a data set whose truths are classes, such as "image-table", or the head "segmentation" for label volumes.',
    facts: { caseId, classes },
  });
}

/** A case's truth is a label volume, or of another length, where numbers are needed. */
export function truthIsNoNumber(received: string, outputs: number, caseId: string | undefined): Ssl3dError {
  const expected = outputs === 1 ? "a finite number" : `a vector of ${outputs} finite numbers (option \`outputs\`)`;
  return new Ssl3dError({
    code: "SSL3D_TRUTH_IS_NO_NUMBER",
    message: `Expected ${expected} as the truth${ofCase(caseId)}, received ${received}.`,
    fix: "Use a data set whose truths are numbers, set the head's option `outputs` to how many a case has, or use the head \"segmentation\" for label volumes.",
    facts: { caseId, outputs },
  });
}

/** A case's class or grade is not one of those that the head has. */
export function classOutOfRange(value: number, classes: number, caseId: string | undefined): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CLASS_OUT_OF_RANGE",
    message: `Expected a class from 0 to ${classes - 1} (option \`classes\`: ${classes}), received ${value} as the truth${ofCase(caseId)}.`,
    fix: "Set the head's option `classes` to the number of classes, counted from 0, or correct the truth.",
    facts: { caseId, value, classes },
  });
}

/** A head that flattens features met an image of another size than it was built for. */
export function imageSizeDiffers(expected: readonly number[], received: readonly number[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_HEAD_IMAGE_SIZE",
    message: `The head was built for images of [${expected.join(", ")}] voxels, since it flattens their features, and received [${received.join(", ")}].`,
    fix: "Bring all images to one size (the preprocessing's `size`), or pool the features: `features` \"average\" or \"max\".",
    facts: { expected, received },
  });
}

function ofCase(caseId: string | undefined): string {
  return caseId === undefined ? "" : ` of case "${caseId}"`;
}
