import { Ssl3dError } from "../errors.js";

/** Examples that cannot be stacked into one batch. */
export function unequalExamples(what: string, firstCase: string, first: string, otherCase: string, other: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_UNEQUAL_EXAMPLES",
    message: `The examples of a batch must agree in ${what}: case "${firstCase}" has ${first}, case "${otherCase}" has ${other}.`,
    fix: "Set a patch size, so that every example is cut to the same shape, or train with batches of one.",
    facts: { firstCase, first, otherCase, other },
  });
}
