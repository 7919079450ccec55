import { z } from "zod";

/** How gradients become updates; the formulas are those of Keras' optimisers. */
export type OptimizerOptions =
  | { readonly name: "adam"; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
  | {
      readonly name: "adamw";
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
    }
  | { readonly name: "sgd"; readonly momentum: number; readonly nesterov: boolean };

/** How the learning rate goes from its peak to the end of training. */
export type ScheduleOptions =
  | { readonly name: "constant" }
  | { readonly name: "cosine"; readonly finalFraction: number }
  | { readonly name: "polynomial"; readonly power: number; readonly finalFraction: number };

/** Everything that can be set about a training run, resolved. {@link trainingOptions} has descriptions, units and defaults. */
export interface TrainingOptions {
  readonly steps: number;
  readonly batchSize: number;
  readonly gradientAccumulation: number;
  readonly optimizer: OptimizerOptions;
  readonly learningRate: number;
  readonly schedule: ScheduleOptions;
  readonly warmupSteps: number;
  readonly clipValue: number | null;
  readonly clipNorm: number | null;
  readonly clipGlobalNorm: number | null;
  readonly freezeEncoder: number | "always";
  readonly encoderLearningRateScale: number;
  readonly validateEvery: number;
  readonly checkpointEvery: number;
}

const count = (what: string) => z.int().min(0).describe(what);
const beta = (initial: number, what: string) => z.number().min(0).lt(1).default(initial).describe(what);
const epsilon = z.number().positive().default(1e-7).describe("Added to the root of the second moment, no unit");
const finalFraction = z
  .number()
  .min(0)
  .max(1)
  .default(0)
  .describe("Learning rate of the last step, as a fraction of `learningRate`");
const limit = (what: string) => z.number().positive().nullable().default(null).describe(what);
const moments = {
  beta1: beta(0.9, "Decay of the mean of gradients, per step"),
  beta2: beta(0.999, "Decay of the mean of squared gradients, per step"),
  epsilon,
};

const optimizer = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("adam"), ...moments }),
  z.strictObject({
    name: z.literal("adamw"),
    ...moments,
    weightDecay: z
      .number()
      .min(0)
      .default(0.004)
      .describe("Fraction of each weight taken off per step, times the learning rate"),
  }),
  z.strictObject({
    name: z.literal("sgd"),
    momentum: z.number().min(0).lt(1).default(0.9).describe("Decay of the velocity, per step; 0 turns it off"),
    nesterov: z.boolean().default(true).describe("Whether to look ahead along the velocity"),
  }),
]);

const schedule = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("constant") }),
  z.strictObject({ name: z.literal("cosine"), finalFraction }),
  z.strictObject({
    name: z.literal("polynomial"),
    power: z.number().positive().default(0.9).describe("Exponent of the falling line; 1 is linear"),
    finalFraction,
  }),
]);

/** What may be written in a configuration: every field is optional. */
export type TrainingInput = {
  readonly [Key in keyof TrainingOptions]?: OptionalBesideName<TrainingOptions[Key]> | undefined;
};

type OptionalBesideName<T> = T extends { readonly name: string }
  ? Pick<T, "name"> & { readonly [Key in Exclude<keyof T, "name">]?: T[Key] | undefined }
  : T;

/** Options of the training loop: the only place of their defaults, units and descriptions. Unknown keys are refused. */
export const trainingOptions: z.ZodType<TrainingOptions, TrainingInput> = z.strictObject({
  steps: z.int().positive().default(1000).describe("Updates of the weights"),
  batchSize: z.int().positive().max(65_536).default(4).describe("Examples in a batch; whoever makes the batches reads it. Heads with batch normalisation learn little from fewer than 4"),
  gradientAccumulation: z
    .int()
    .positive()
    .default(1)
    .describe(
      "Batches whose gradients are averaged into one step: trains as with batches so many times bigger, in the memory of one"
    ),
  optimizer: optimizer
    .prefault({ name: "adam" })
    .describe("How gradients become updates: adam, adamw or sgd, as in Keras"),
  learningRate: z.number().positive().default(1e-3).describe("Peak learning rate"),
  schedule: schedule
    .prefault({ name: "constant" })
    .describe("How the learning rate falls after the warm-up: constant, cosine or polynomial"),
  warmupSteps: count("Steps over which the learning rate rises linearly to its peak").default(0),
  clipValue: limit("Largest magnitude of a gradient's elements; null is no limit. Applied first"),
  clipNorm: limit(
    "Largest Euclidean norm of each weight's gradient, as Keras' clipnorm; null is no limit. Applied second"
  ),
  clipGlobalNorm: limit("Largest Euclidean norm of all gradients together; null is no limit. Applied last"),
  freezeEncoder: z
    .union([z.int().min(0), z.literal("always")])
    .default(0)
    .describe(
      'Steps for which the encoder stays as it is, then it trains with a fresh optimiser; "always" never trains it'
    ),
  encoderLearningRateScale: z
    .number()
    .positive()
    .default(1)
    .describe("Learning rate of the encoder, as a multiple of `learningRate`"),
  validateEvery: count("Steps between validations; 0 validates after the last step only").default(0),
  checkpointEvery: count("Steps between checkpoints; 0 saves after the last step and on interruption only").default(100),
});
