import { augmentationOptions, type AugmentationInput, type AugmentationOptions } from "@ssl3d/data";
import { DENSE_STACKS, type DenseStackShape } from "@ssl3d/nn";
import { z } from "zod";

/** What of an encoder's features a head of whole images looks at. */
export type FeatureChoice = "average" | "max" | "flatten";

/** The fully connected layers between features and answers, by the original's names where it has them. */
export type DenseArchitecture = "linear" | "big_fully" | "simple_multiclass" | "plain";

/** The hidden layers of each architecture: widths, batch normalisation, dropout. */
export const DENSE_ARCHITECTURES: Readonly<Record<DenseArchitecture, Pick<DenseStackShape, "widths" | "batchNorm" | "dropout">>> = {
  linear: { widths: [], batchNorm: false, dropout: 0 },
  big_fully: DENSE_STACKS.wide,
  simple_multiclass: DENSE_STACKS.multilabel,
  plain: DENSE_STACKS.plain,
};

/** What heads of whole images have in common: what they look at, and the layers below the answers. */
export interface ImageNetworkOptions {
  readonly features: FeatureChoice;
  readonly architecture: DenseArchitecture;
  readonly widths: readonly number[] | null;
  readonly batchNorm: boolean | null;
  readonly dropout: number | null;
  readonly augmentation: AugmentationOptions | null;
}

/** What heads of classes and grades have in common. */
export interface ImageHeadOptions extends ImageNetworkOptions {
  readonly classes: number;
  readonly classNames: readonly string[] | null;
}

/** What may be written in a configuration of such a head: every field is optional. */
export type ImageHeadInput<Options extends ImageNetworkOptions> = {
  readonly [Key in Exclude<keyof Options, "augmentation">]?: Options[Key] | undefined;
} & { readonly augmentation?: AugmentationInput | null | undefined };

type Fields<Options> = { readonly [Key in Exclude<keyof Options, "augmentation">]: z.ZodType<Options[Key], Options[Key] | undefined> } & {
  readonly augmentation: z.ZodType<AugmentationOptions | null, AugmentationInput | null | undefined>;
};

/** Fields of {@link ImageHeadOptions} for a head's schema, with the head's own defaults. */
export function imageHeadFields(defaults: Pick<ImageHeadOptions, "classes" | "architecture">): Fields<ImageHeadOptions> {
  return {
    classes: z.int().min(2).max(256).default(defaults.classes).describe("Number of classes or grades; truths count from 0"),
    classNames: z.array(z.string()).readonly().nullable().default(null).describe("A name for each class, for reports; null takes the numbers"),
    ...imageNetworkFields(defaults.architecture),
  };
}

/** Fields of {@link ImageNetworkOptions} for a head's schema, with the head's own default of the architecture. */
export function imageNetworkFields(architecture: DenseArchitecture): Fields<ImageNetworkOptions> {
  return {
    features: z
      .enum(["average", "max", "flatten"])
      .default("average")
      .describe("What is looked at: the average or maximum of the encoder's bottleneck over the image, or its last layer flattened (images of one size)"),
    architecture: z
      .enum(Object.keys(DENSE_ARCHITECTURES) as [DenseArchitecture, ...DenseArchitecture[]])
      .default(architecture)
      .describe("Fully connected layers below the answers: none (linear), or one of the original's"),
    widths: z.array(z.int().positive()).readonly().nullable().default(null).describe("Outputs of each fully connected layer; null takes the architecture's"),
    batchNorm: z.boolean().nullable().default(null).describe("Batch normalisation after each fully connected layer; null takes the architecture's"),
    dropout: z.number().min(0).lt(1).nullable().default(null).describe("Dropout rate after each fully connected layer; null takes the architecture's"),
    augmentation: augmentationOptions.nullable().prefault({}).describe("How training images are varied; null leaves them as they are"),
  };
}

/** What is wrong with the number of class names; undefined where nothing is. */
export function wrongClassNames({ classes, classNames }: ImageHeadOptions): string | undefined {
  return classNames === null || classNames.length === classes ? undefined : `expected ${classes} names, one a class`;
}

/** The name of every class: its own, or its number. */
export function namesOfClasses({ classes, classNames }: ImageHeadOptions): readonly string[] {
  return classNames ?? Array.from({ length: classes }, (_, label) => String(label));
}
