import { z } from "zod";
import type { Named } from "./named.js";
import { preprocessingOptions, type PreprocessingInput, type PreprocessingOptions } from "./preprocessing.js";
import { taskChoice, type TaskChoice, type TaskChoiceInput } from "./task-choice.js";
import { viewFields, type SliceOptions, type ViewInput } from "./views.js";

/** Version of encoder/contract.json. */
export const ENCODER_CONTRACT_VERSION = 1;

/** What an encoder folder says of its encoder (encoder/contract.json): all that is needed to feed it and to build it again. */
export interface EncoderContract {
  readonly formatVersion: typeof ENCODER_CONTRACT_VERSION;
  /** The plugin that builds it, with resolved options, and the package that brings the plugin. */
  readonly architecture: Named & { readonly package: string };
  readonly rank: 2 | 3;
  readonly axisOrder: string;
  readonly inputChannels: readonly string[];
  readonly patchSize: readonly number[];
  readonly preprocessing: PreprocessingOptions;
  /** The slices of preprocessed volumes that a 2D encoder was trained on; null where it takes images as they are. */
  readonly slices: SliceOptions | null;
  readonly levels: readonly { readonly channels: number; readonly stride: number }[];
  readonly output: { readonly channels: number; readonly stride: number };
  readonly weights: { readonly file: string; readonly sha256: string };
  readonly provenance: EncoderProvenance;
  /** Fields above whose true values nobody recorded, so that what stands there is assumed; absent where all is known. */
  readonly unknown?: readonly string[];
}

/** Where an encoder's weights come from. */
export interface EncoderProvenance {
  readonly task: TaskChoice | null;
  readonly dataset: string;
  readonly cases: number;
  readonly steps: number;
  readonly seed: number;
  readonly engine: string;
  readonly codeVersion: string;
  readonly licences: readonly string[];
  readonly citations: readonly string[];
  /** The encoder whose weights the training started from; absent where they started at random. */
  readonly from?: WeightsOrigin;
}

/** The encoder that another one started from. */
export interface WeightsOrigin {
  /** Where it lay, as the run was told. */
  readonly folder: string;
  /** Of its weights file. */
  readonly sha256: string;
  /** What it was pretrained with. */
  readonly task: TaskChoice | null;
  readonly dataset: string;
  /** How many weights were taken over as they were, changed to fit, and left at random. */
  readonly loaded: number;
  readonly adapted: number;
  readonly random: number;
}

const AXIS_ORDERS: Readonly<Record<2 | 3, string>> = { 2: "height,width,channels", 3: "depth,height,width,channels" };

const level = z.strictObject({
  channels: z.int().positive().describe("Feature channels"),
  stride: z.int().positive().describe("Input voxels per voxel, along every axis"),
});

const count = z.int().min(0);
const origin: z.ZodType<WeightsOrigin, WeightsOriginInput> = z.strictObject({
  folder: z.string().describe("Where it lay, as the run was told"),
  sha256: z.string().describe("Of its weights file"),
  task: taskChoice.nullable().describe("What it was pretrained with"),
  dataset: z.string().describe("The cases it was trained on, in words"),
  loaded: count.describe("Weights taken over as they were"),
  adapted: count.describe("Weights changed to fit"),
  random: count.describe("Weights left at random"),
});

const provenance = z.strictObject({
  task: taskChoice.nullable().describe("The proxy task or tasks with its resolved options; null where the encoder was not pretrained"),
  dataset: z.string().describe("The cases it was trained on, in words"),
  cases: z.int().min(0).describe("How many they were"),
  steps: z.int().min(0).describe("Updates of the weights"),
  seed: z.int().min(0),
  engine: z.string().describe("Engine and its version"),
  codeVersion: z.string().describe("Version of @ssl3d/core, with the git state where known"),
  licences: z.array(z.string()).describe("Licences of the data and of the weights"),
  citations: z.array(z.string()).describe("DOIs or arXiv ids to cite"),
  from: origin.exactOptional().describe("The encoder whose weights the training started from"),
});

/** The axis order of arrays of that rank, without the batch axis. */
export function axisOrder(rank: 2 | 3): string {
  return AXIS_ORDERS[rank];
}

/** Reads encoder/contract.json. */
export const encoderContract: z.ZodType<EncoderContract, EncoderContractInput> = z.strictObject({
  formatVersion: z.literal(ENCODER_CONTRACT_VERSION).describe("Version of this file's format"),
  architecture: z.strictObject({
    package: z.string().describe("The npm package of the plugin"),
    name: z.string().describe("The encoder plugin"),
    options: z.record(z.string(), z.unknown()).describe("Its resolved options"),
  }),
  rank: z.union([z.literal(2), z.literal(3)]).describe("Number of spatial dimensions"),
  axisOrder: z.enum(Object.values(AXIS_ORDERS)).describe("Axes of the arrays it takes, without the batch axis"),
  inputChannels: z.array(z.string()).min(1).describe("Names of the image channels, in order"),
  patchSize: z.array(z.int().positive()).min(2).max(3).describe("Spatial size of the images it was trained on, in voxels"),
  preprocessing: preprocessingOptions.describe("Orientation, spacing in mm and intensity scale it expects"),
  slices: viewFields.slices,
  levels: z.array(level).min(1).describe("Its pyramid, shallow to deep"),
  output: level.describe("Its last layer"),
  weights: z.strictObject({
    file: z.string().describe("File beside this one"),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
  }),
  provenance,
  unknown: z.array(z.string()).exactOptional().describe("Fields of this file whose true values nobody recorded, such as preprocessing"),
});

/** What may be written in contract.json: like {@link EncoderContract}, with preprocessing fields and slices optional. */
export interface EncoderContractInput extends Omit<EncoderContract, "preprocessing" | "slices" | "provenance"> {
  readonly preprocessing: PreprocessingInput;
  readonly slices?: ViewInput["slices"];
  readonly provenance: Omit<EncoderProvenance, "task" | "from"> & { readonly task: TaskChoiceInput | null; readonly from?: WeightsOriginInput };
}

type WeightsOriginInput = Omit<WeightsOrigin, "task"> & { readonly task: TaskChoiceInput | null };
