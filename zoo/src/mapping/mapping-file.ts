import { preprocessingOptions, type Named, type PreprocessingInput, type PreprocessingOptions, type Rank } from "@ssl3d/core";
import { z } from "zod";
import { capturesOf, compilePattern, namesInTemplate } from "./pattern.js";

/** Version of the format of mapping files. */
export const MAPPING_VERSION = 1;

/** How a tensor's axes are turned into ours: PyTorch's kernels, nothing, or the tensor's axes in the order in which they are wanted. */
export type Transposition = "kernel" | "none" | readonly number[];

/** Leads tensors of a file to weights of ours. */
export interface MappingRule {
  /** A tensor's name with captures, e.g. "encoder.{level}.conv.weight"; a capture takes what lies between two dots. */
  readonly from: string;
  /** The weight's name under "encoder/" or "head/", with the captures, e.g. "encoder/level{level+1}/conv1/kernel". */
  readonly to: string;
  /** What captures may be, each with what stands for it in `to`. */
  readonly where: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly transpose: Transposition;
}

/** A mapping file: our network, and where its weights lie in a file of another framework. */
export interface Mapping {
  readonly formatVersion: typeof MAPPING_VERSION;
  readonly encoder: Named & {
    readonly rank: Rank;
    /** Names of the image channels, in order. */
    readonly channels: readonly string[];
    readonly patchSize: readonly number[] | null;
  };
  readonly head: (Named & { readonly inputSize: readonly number[] }) | null;
  readonly rules: readonly MappingRule[];
  /** Values of weights that the other network does not have, such as the bias of convolutions without one. */
  readonly constants: readonly { readonly to: string; readonly value: number }[];
  /** Patterns of tensors that are left out. */
  readonly ignore: readonly string[];
  readonly preprocessing: PreprocessingOptions | null;
  readonly dataset: string | null;
  readonly licences: readonly string[];
  readonly citations: readonly string[];
}

/** What may be written in a mapping file. */
export interface MappingInput {
  readonly formatVersion: typeof MAPPING_VERSION;
  readonly encoder: {
    readonly name: string;
    readonly options?: Named["options"] | undefined;
    readonly rank: Rank;
    readonly channels: readonly string[];
    readonly patchSize?: readonly number[] | null | undefined;
  };
  readonly head?: { readonly name: string; readonly options?: Named["options"] | undefined; readonly inputSize: readonly number[] } | null | undefined;
  readonly rules: readonly (Pick<MappingRule, "from" | "to"> & { readonly [Key in "where" | "transpose"]?: MappingRule[Key] | undefined })[];
  readonly constants?: Mapping["constants"] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly preprocessing?: PreprocessingInput | null | undefined;
  readonly dataset?: string | null | undefined;
  readonly licences?: readonly string[] | undefined;
  readonly citations?: readonly string[] | undefined;
}

const size = z.array(z.int().positive()).min(2).max(3);
const options = z.record(z.string(), z.unknown()).default({});
const pattern = z.string().min(1).refine(isPattern, "expected a pattern whose braces hold names of letters, e.g. {level}");
const destination = z.string().regex(/^(encoder|head)\/./, 'expected a weight\'s name that begins with "encoder/" or "head/"');

const rule = z
  .strictObject({
    from: pattern.describe('A tensor\'s name with captures such as {level}, e.g. "encoder.{level}.conv.weight"; * stands for anything but a dot, ** for anything'),
    to: destination.describe('The weight it becomes, with the captures or sums of them, e.g. "encoder/level{level+1}/conv1/kernel"'),
    where: z.record(z.string(), z.record(z.string(), z.string())).default({}).describe('What captures may be, each with what stands for it in `to`, e.g. {"value": {"weight": "kernel"}}'),
    transpose: z
      .union([z.enum(["kernel", "none"]), z.array(z.int().min(0)).readonly()])
      .default("kernel")
      .describe('"kernel": PyTorch\'s [out, in, ...taps] to [...taps, in, out], one axis as it is; "none"; or the axes in the order wanted'),
  })
  .superRefine(({ from, to, where }, context) => {
    if (!isPattern(from)) return;
    const captures = capturesOf(from);
    const fail = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
    for (const name of namesInTemplate(to)) {
      if (name === undefined) fail("to", "expected braces that hold a capture, or one plus or minus a number, e.g. {level+1} or {3-level}");
      else if (!captures.includes(name)) fail("to", `expected captures of "from" (${captures.join(", ") || "it has none"})`);
    }
    for (const name of Object.keys(where)) if (!captures.includes(name)) fail("where", `expected captures of "from" (${captures.join(", ") || "it has none"})`);
  });

/** Reads mapping files. */
export const mappingFile: z.ZodType<Mapping, MappingInput> = z.strictObject({
  formatVersion: z.literal(MAPPING_VERSION).describe("Version of this file's format"),
  encoder: z.strictObject({
    name: z.string().min(1).describe('The encoder plugin, e.g. "unet" or "residual"'),
    options: options.describe("Its options"),
    rank: z.union([z.literal(2), z.literal(3)]).describe("Number of spatial dimensions"),
    channels: z.array(z.string()).min(1).readonly().describe('Names of the image channels, in order, e.g. ["CT"]'),
    patchSize: size.readonly().nullable().default(null).describe("Spatial size of the images it was trained on, in voxels; null where nobody knows"),
  }),
  head: z
    .strictObject({
      name: z.string().min(1).describe('The head plugin, e.g. "segmentation"'),
      options: options.describe("Its options"),
      inputSize: size.readonly().describe("Spatial size of the images that its layers are built for, in voxels"),
    })
    .nullable()
    .default(null)
    .describe("The head on the encoder; null converts the encoder alone"),
  rules: z.array(rule).min(1).readonly().describe("Which tensor becomes which weight"),
  constants: z
    .array(z.strictObject({ to: pattern.describe("Pattern of our weights' names"), value: z.number().describe("Given to every element") }))
    .readonly()
    .default([])
    .describe("Values of weights that the file has no tensor for, such as 0 for the bias of convolutions without one"),
  ignore: z.array(pattern).readonly().default([]).describe("Patterns of tensors that are left out"),
  preprocessing: preprocessingOptions.nullable().default(null).describe("How images were prepared in training; null where nobody knows"),
  dataset: z.string().nullable().default(null).describe("The cases it was trained on, in words"),
  licences: z.array(z.string()).readonly().default([]).describe("Licences of the data and of the weights"),
  citations: z.array(z.string()).readonly().default([]).describe("DOIs or arXiv ids to cite"),
});

function isPattern(text: string): boolean {
  try {
    compilePattern(text);
    return true;
  } catch {
    return false;
  }
}
