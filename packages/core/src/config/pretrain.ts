import { z } from "zod";
import { named, type Named, type NamedInput } from "./named.js";
import { onlineProbeOptions, type OnlineProbeInput, type OnlineProbeOptions } from "./online-probe.js";
import { preprocessingOptions, type PreprocessingInput, type PreprocessingOptions } from "./preprocessing.js";
import { runFields, type RunInput, type RunSettings } from "./run.js";
import { taskChoice, type TaskChoice, type TaskChoiceInput } from "./task-choice.js";
import { viewFields, type ViewInput, type ViewOptions } from "./views.js";

/** A resolved pretraining run: a proxy task, or several at once, on unlabelled volumes. */
export interface PretrainConfig extends RunSettings {
  readonly task: TaskChoice;
  readonly encoder: Named;
  readonly data: ViewOptions & {
    readonly dataset: Named;
    readonly path: string;
    readonly cases: readonly string[] | null;
    readonly preprocessing: PreprocessingOptions;
  };
  readonly probe: OnlineProbeOptions | null;
}

/** What may be written in a pretraining configuration. */
export interface PretrainInput extends RunInput {
  readonly task: TaskChoiceInput;
  readonly encoder?: NamedInput | undefined;
  readonly data: ViewInput & {
    readonly dataset?: NamedInput | undefined;
    readonly path: string;
    readonly cases?: readonly string[] | null | undefined;
    readonly preprocessing?: PreprocessingInput | undefined;
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

/** The pretraining configuration: the only place of its defaults, units and descriptions. */
export const pretrainConfig: z.ZodType<PretrainConfig, PretrainInput> = z.strictObject({
  task: taskChoice.describe("The proxy task: its name, { name, options }, or a list of { name, weight, options } that share the encoder"),
  encoder: named.prefault(DEFAULT_PLUGINS.encoder).describe("The architecture to pretrain: its name, or { name, options }"),
  data: z.strictObject({
    ...caseFields,
    cases: z.array(z.string()).min(1).nullable().default(null).describe("Ids of the cases to use; null uses all"),
    preprocessing: preprocessingOptions.prefault({}).describe("What is done to a volume before the task sees it"),
    ...viewFields,
  }),
  probe: onlineProbeOptions.nullable().prefault({}).describe("What is measured during pretraining besides the task; null measures nothing"),
  ...runFields("runs/pretrain"),
});
