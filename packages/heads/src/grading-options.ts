import { z } from "zod";
import { imageHeadFields, wrongClassNames, type ImageHeadInput, type ImageHeadOptions } from "./image-head-options.js";
import { classWeightsField } from "./loss-options.js";

/** What can be set about the grading head. */
export interface GradingOptions extends ImageHeadOptions {
  readonly classWeights: readonly number[] | null;
  readonly threshold: number;
  readonly undecided: "lowest" | "dropped";
}

/** What may be written in a configuration: every field is optional. */
export type GradingInput = ImageHeadInput<GradingOptions>;

/** Options of the grading head: the only place of their defaults and descriptions. */
export const gradingOptions: z.ZodType<GradingOptions, GradingInput> = z
  .strictObject({
    ...imageHeadFields({ classes: 5, architecture: "simple_multiclass" }),
    classWeights: classWeightsField.describe('Weight of each question "at least grade k?" in the loss; null weighs all alike'),
    threshold: z.number().gt(0).lt(1).default(0.5).describe("Probability above which a question counts as answered with yes"),
    undecided: z
      .enum(["lowest", "dropped"])
      .default("lowest")
      .describe("An image without a yes: the lowest grade, or, as in the original, no grade at all, so that the kappa leaves it out"),
  })
  .superRefine((options, context) => {
    const message = wrongClassNames(options);
    if (message !== undefined) context.addIssue({ code: "custom", path: ["classNames"], message });
    if (options.classWeights !== null && options.classWeights.length !== options.classes)
      context.addIssue({ code: "custom", path: ["classWeights"], message: `expected ${options.classes} weights, one a question` });
  });
