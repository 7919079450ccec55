import type { TensorMove } from "./assign-weights.js";
import type { Layout } from "./build-layout.js";
import type { KerasCheckpoint } from "./hdf5/keras-checkpoint.js";
import { flattenConfig, type ConfigLayer } from "./keras/model-config.js";
import type { Recognition } from "./keras/recognise.js";
import type { Recognised } from "./keras/recognised.js";
import { sourcesOf } from "./keras/units.js";

/** What became of a checkpoint (conversion.json): every tensor's source, shape and destination. */
export interface ConversionReport {
  readonly formatVersion: 1;
  readonly source: {
    readonly file: string;
    readonly bytes: number;
    readonly sha256: string;
    /** The version that wrote it; null where the file does not say. */
    readonly keras: string | null;
    /** A full model, or weights alone. */
    readonly form: "model" | "weights";
    /** The types of its weights. All of them are float32 in the folder. */
    readonly weightTypes: readonly WeightType[];
  };
  readonly kind: Recognised["kind"];
  readonly task: string | null;
  readonly rank: 2 | 3;
  /** The encoder plugin and the options that the file showed, or that were taken for true (contract.json has all); null for a head by itself. */
  readonly encoder: { readonly name: string; readonly package: string; readonly channels: number; readonly options: Readonly<Record<string, unknown>> } | null;
  /** The layers on the encoder, with such options. */
  readonly part: { readonly kind: "task" | "head"; readonly name: string; readonly package: string; readonly inputSize: readonly number[]; readonly options: Readonly<Record<string, unknown>> } | null;
  /** Shapes of the full model's inputs without the batch axis; null where an axis is open. Empty where the file does not say. */
  readonly inputs: readonly (readonly (number | null)[])[];
  readonly tensors: readonly TensorMove[];
  /** Tensors of the file that went nowhere, and why. */
  readonly unused: readonly { readonly source: string; readonly shape: readonly number[]; readonly reason: string }[];
  /** Fields of the contract that nobody recorded. */
  readonly unknown: readonly string[];
  /** What was taken for true although the file does not say it, and what was left out. */
  readonly warnings: readonly string[];
  /** The file's own order, for the way back: groups and the weights of each. */
  readonly layout: readonly { readonly group: string; readonly weights: readonly string[] }[];
}

/** A type that weights have in a Keras file. */
export type WeightType = "float16" | "float32" | "float64";

/** What a report is made from. */
export interface ConversionFacts {
  readonly checkpoint: KerasCheckpoint;
  readonly source: Pick<ConversionReport["source"], "file" | "bytes" | "sha256">;
  readonly recognised: Recognition;
  readonly layout: Layout;
  readonly moves: readonly TensorMove[];
}

/** Why a repetition is left out; the way back writes it again. */
export const STORED_TWICE: string = "the same network stored a second time";

/** Puts a report together. */
export function describeConversion({ checkpoint, source, recognised, layout, moves }: ConversionFacts): ConversionReport {
  const { encoder, part, repeated, config } = recognised;
  const lambdas = flattenConfig(config?.layers ?? []).filter((layer) => layer.class === "Lambda");
  const { units = [], reason = "" } = recognised.dropped ?? {};
  const dropped = sourcesOf(units).map(({ tensor: { shape }, source: from }) => ({ source: from, shape, reason }));
  const repetitions = checkpoint.groups.flatMap(({ name, tensors }) =>
    repeated.includes(name) ? tensors.map((tensor) => ({ source: `${name}/${tensor.name}`, shape: tensor.shape, reason: STORED_TWICE })) : [],
  );
  return {
    formatVersion: 1,
    source: { ...source, keras: checkpoint.kerasVersion, form: checkpoint.model === null ? "weights" : "model", weightTypes: weightTypes(checkpoint) },
    kind: recognised.kind,
    task: recognised.task,
    rank: recognised.rank,
    encoder: encoder && layout.encoder ? { name: encoder.name, package: encoder.package, channels: recognised.channels, options: encoder.options } : null,
    part: part && layout.part ? { kind: part.plugin, name: part.name, package: part.package, inputSize: part.inputSize, options: part.options } : null,
    inputs: config?.inputShapes ?? [],
    tensors: moves,
    unused: [...repetitions, ...dropped],
    unknown: recognised.unknown,
    warnings: [
      ...(repetitions.length > 0 ? [`${repetitions.length} tensors were left out: ${STORED_TWICE}.`] : []),
      ...(dropped.length > 0 ? [`${dropped.length} tensors behind the encoder were left out: ${reason}.`] : []),
      ...recognised.assumed.map((text) => `Assumed: ${text}.`),
      ...precisionNotes(checkpoint, config?.layers ?? []),
      ...(checkpoint.hasOptimizer ? ["The optimizer's state was not read."] : []),
      ...(lambdas.length > 0 ? [`Lambda layers hold code, which was neither read nor run (${lambdas.map((layer) => layer.name).join(", ")}); they were taken for the original's.`] : []),
    ],
    layout: checkpoint.groups.map(({ name, tensors }) => ({ group: name, weights: tensors.map((tensor) => tensor.name) })),
  };
}

function weightTypes({ groups }: KerasCheckpoint): WeightType[] {
  const found = new Set(groups.flatMap(({ tensors }) => tensors.map(({ storedAs }) => storedAs ?? "float32")));
  return [...found].sort();
}

/** What became of weights that are not float32, and whether Keras computed with them in half precision. */
function precisionNotes(checkpoint: KerasCheckpoint, layers: readonly ConfigLayer[]): string[] {
  const notes: Readonly<Record<WeightType, string[]>> = {
    float16: ["Weights in float16 are float32 here, the same numbers."],
    float32: [],
    float64: ["Weights in float64 were rounded to float32, about 7 digits."],
  };
  // a name, or a policy with one
  const types = flattenConfig(layers).map(({ config: { dtype } }) => /b?float16/.exec(JSON.stringify(dtype ?? null))?.[0]);
  const half = types.find((type) => type !== undefined);
  return [
    ...weightTypes(checkpoint).flatMap((type) => notes[type]),
    ...(half === undefined ? [] : [`Keras computed this model in ${half}, and float32 is computed with here: outputs agree to about ${half === "float16" ? 3 : 2} digits.`]),
  ];
}
