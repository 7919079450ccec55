import { z } from "zod";
import { named, type Named, type NamedInput } from "./named.js";
import { preprocessingOptions, type PreprocessingInput, type PreprocessingOptions } from "./preprocessing.js";
import { caseFields, DEFAULT_PLUGINS, partialField } from "./pretrain.js";
import { runFields, type RunInput, type RunSettings } from "./run.js";

/** A resolved fine-tuning run: one head on an encoder, trained on labelled cases. */
export interface FinetuneConfig extends RunSettings {
  readonly head: Named;
  /** "scratch" or a folder: a run's, or an encoder's. */
  readonly encoder: string;
  /** The encoder's architecture; null where the folder brings it. */
  readonly architecture: Named | null;
  /** Whether weights of the encoder's folder may be missing, not fit or be for other channels; absent where all must fit. */
  readonly partial?: boolean;
  /** Whether the head starts from the decoder that was pretrained with the encoder. */
  readonly decoder: boolean;
  readonly data: {
    readonly dataset: Named;
    readonly path: string;
    readonly labels: number | readonly string[] | null;
    readonly test: string | null;
    readonly testFraction: number;
    /** Null takes what the encoder was pretrained with. */
    readonly preprocessing: PreprocessingOptions | null;
  };
  readonly classPrior: boolean;
  readonly reestimateStatistics: boolean;
}

/** What may be written in a fine-tuning configuration. */
export interface FinetuneInput extends RunInput {
  readonly head?: NamedInput | undefined;
  readonly encoder?: string | undefined;
  readonly architecture?: NamedInput | null | undefined;
  readonly partial?: boolean;
  readonly decoder?: boolean | undefined;
  readonly data: {
    readonly dataset?: NamedInput | undefined;
    readonly path: string;
    readonly labels?: number | readonly string[] | null | undefined;
    readonly test?: string | null | undefined;
    readonly testFraction?: number | undefined;
    readonly preprocessing?: PreprocessingInput | null | undefined;
  };
  readonly classPrior?: boolean | undefined;
  readonly reestimateStatistics?: boolean | undefined;
}

const data = z.strictObject({
  ...caseFields,
  labels: z
    .union([z.int().positive(), z.array(z.string()).min(1)])
    .nullable()
    .default(null)
    .describe("Labelled training cases: how many (drawn by the seed), or their ids; null uses all"),
  test: z.string().min(1).nullable().default(null).describe("Folder of the test cases; null keeps some of `path` for the test"),
  testFraction: z.number().min(0).lt(1).default(0.2).describe("Fraction of the cases kept for the test where `test` is null, 0 to 1"),
  preprocessing: preprocessingOptions
    .nullable()
    .default(null)
    .describe("What is done to a volume before the network sees it; null takes what the encoder was pretrained with"),
});

const fields = z.strictObject({
  head: named.prefault(DEFAULT_PLUGINS.head).describe("The job: a head's name, or { name, options }"),
  encoder: z.string().min(1).default("scratch").describe('Where the encoder comes from: a run folder, an encoder folder, or "scratch"'),
  architecture: named
    .nullable()
    .default(null)
    .describe(`The encoder's architecture when it starts from scratch, by default "${DEFAULT_PLUGINS.encoder}"; a folder brings its own`),
  partial: partialField,
  decoder: z
    .boolean()
    .default(false)
    .describe("Whether the head starts from the decoder that was pretrained with the encoder, as masked reconstruction leaves one in its run folder"),
  data,
  classPrior: z.boolean().default(true).describe("Whether the output bias starts at how often each class occurs in the training truth"),
  reestimateStatistics: z
    .boolean()
    .default(true)
    .describe("Whether batch-normalisation statistics are re-estimated on the training cases before evaluation"),
  ...runFields("runs/finetune"),
});

/** The fine-tuning configuration: the only place of its defaults, units and descriptions. */
export const finetuneConfig: z.ZodType<FinetuneConfig, FinetuneInput> = fields
  .refine((config) => config.encoder === "scratch" || config.architecture === null, {
    path: ["architecture"],
    message: 'expected nothing beside an encoder folder, which brings its own architecture (or "encoder": "scratch")',
  })
  .refine((config) => config.encoder !== "scratch" || config.partial === undefined, {
    path: ["partial"],
    message: "expected it only beside an encoder folder, whose weights may not fit",
  })
  .refine((config) => config.encoder !== "scratch" || !config.decoder, {
    path: ["decoder"],
    message: "expected it only beside a run folder, which may hold a decoder",
  })
  .transform((config): FinetuneConfig => {
    if (config.encoder !== "scratch") return config;
    return { ...config, architecture: config.architecture ?? { name: DEFAULT_PLUGINS.encoder, options: {} } };
  });
