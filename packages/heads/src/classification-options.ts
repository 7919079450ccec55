import { z } from "zod";
import { imageHeadFields, wrongClassNames, type ImageHeadInput, type ImageHeadOptions } from "./image-head-options.js";
import { lossFields, wrongClassWeights, type LossOptions } from "./loss-options.js";

/** What can be set about the classification head. */
export interface ClassificationOptions extends ImageHeadOptions, LossOptions {}

/** What may be written in a configuration: every field is optional. */
export type ClassificationInput = ImageHeadInput<ClassificationOptions>;

/** Options of the classification head: the only place of their defaults and descriptions. */
export const classificationOptions: z.ZodType<ClassificationOptions, ClassificationInput> = z
  .strictObject({ ...imageHeadFields({ classes: 2, architecture: "linear" }), ...lossFields("cross-entropy") })
  .superRefine((options, context) => {
    const issue = (path: string, message: string | undefined): void => {
      if (message !== undefined) context.addIssue({ code: "custom", path: [path], message });
    };
    issue("classNames", wrongClassNames(options));
    issue("classWeights", wrongClassWeights(options, options.classes));
  });
