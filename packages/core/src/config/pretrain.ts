import { z } from "zod";
import { named, type Named, type NamedInput } from "./named.js";
import { onlineProbeOptions, type OnlineProbeInput, type OnlineProbeOptions } from "./online-probe.js";
import { preprocessingOptions, type PreprocessingInput, type PreprocessingOptions } from "./preprocessing.js";
import { runFields, type RunInput, type RunSettings } from "./run.js";
import { taskChoice, type TaskChoice, type TaskChoiceInput } from "./task-choice.js";
import { viewFields, type ViewInput, type ViewOptions } from "./views.js";

/** A checked pretraining run: a proxy task, or several at once, on unlabelled volumes. */
export interface PretrainRequest extends RunSettings {
  readonly task: TaskChoice;
  /** Null where `from` brings it. */
  readonly encoder: Named | null;
  /** Run, converted or encoder folder whose weights it starts from; absent where weights start at random. */
  readonly from?: string;
  /** Whether weights of `from` may be missing, not fit or be for other channels; absent where all must fit. */
  readonly partial?: boolean;
  readonly data: ViewOptions & {
    readonly dataset: Named;
    readonly path: string;
    readonly cases: readonly string[] | null;
    /** Null where `from` brings it. */
    readonly preprocessing: PreprocessingOptions | null;
  };
  readonly probe: OnlineProbeOptions | null;
}

/** A resolved pretraining run, which leaves nothing to another folder: what a run folder holds. */
export interface PretrainConfig extends PretrainRequest {
  readonly encoder: Named;
  readonly data: PretrainRequest["data"] & { readonly preprocessing: PreprocessingOptions };
}

/** What may be written in a pretraining configuration. */
export interface PretrainInput extends RunInput {
  readonly task: TaskChoiceInput;
  readonly encoder?: NamedInput | null | undefined;
  readonly from?: string;
  readonly partial?: boolean;
  readonly data: ViewInput & {
    readonly dataset?: NamedInput | undefined;
    readonly path: string;
    readonly cases?: readonly string[] | null | undefined;
    readonly preprocessing?: PreprocessingInput | null | undefined;
  };
  readonly probe?: OnlineProbeInput | null | undefined;
}

/** Names of the plugins that a configuration uses where it does not say. */
export const DEFAULT_PLUGINS: Readonly<Record<"encoder" | "head" | "dataset", string>> = {
  encoder: "unet",
  head: "segmentation",
  dataset: "nifti-folder",
};

/** Fields that say where cases come from. */
export const caseFields: {
  readonly dataset: z.ZodType<Named, NamedInput | undefined>;
  readonly path: z.ZodType<string, string>;
} = {
  dataset: named.prefault(DEFAULT_PLUGINS.dataset).describe("Layout of the files: a dataset's name, or { name, options }"),
  path: z.string().min(1).describe("Folder of the cases, relative to the working folder"),
};

/** The field that lets weights of another folder be missing or not fit. */
export const partialField: z.ZodExactOptional<z.ZodBoolean> = z
  .boolean()
  .exactOptional()
  .describe("Whether weights of the folder may be missing, not fit or be for other image channels; the log says which; by default all must fit");

const fields = z.strictObject({
  task: taskChoice.describe("The proxy task: its name, { name, options }, or a list of { name, weight, options } that share the encoder"),
  encoder: named
    .nullable()
    .default(null)
    .describe(`The architecture to pretrain: its name, or { name, options }; null takes that of \`from\`, or "${DEFAULT_PLUGINS.encoder}"`),
  from: z.string().min(1).exactOptional().describe("Run, converted or encoder folder whose weights to start from; by default they start at random"),
  partial: partialField,
  data: z.strictObject({
    ...caseFields,
    cases: z.array(z.string()).min(1).nullable().default(null).describe("Ids of the cases to use; null uses all"),
    preprocessing: preprocessingOptions
      .nullable()
      .default(null)
      .describe("What is done to a volume before the task sees it; null takes that of `from`, or the defaults"),
    ...viewFields,
  }),
  probe: onlineProbeOptions.nullable().prefault({}).describe("What is measured during pretraining besides the task; null measures nothing"),
  ...runFields("runs/pretrain"),
});

/** The pretraining configuration: the only place of its defaults, units and descriptions. */
export const pretrainConfig: z.ZodType<PretrainRequest, PretrainInput> = fields
  .refine((config) => config.partial === undefined || config.from !== undefined, {
    path: ["partial"],
    message: "expected it only beside `from`, the folder whose weights may not fit",
  })
  .transform((config): PretrainRequest => {
    if (config.from !== undefined) return config;
    const { encoder, data } = config;
    return {
      ...config,
      encoder: encoder ?? { name: DEFAULT_PLUGINS.encoder, options: {} },
      data: { ...data, preprocessing: data.preprocessing ?? preprocessingOptions.parse({}) },
    };
  });
