import { contradicts, notRecognised } from "../errors.js";
import { readDenseStack } from "./dense-structure.js";
import { flattenConfig } from "./model-config.js";
import { listUnits, uniqueByName, type RecognisedEncoder } from "./recognise-encoder.js";
import type { Evidence, Recognised, RecognisedTop } from "./recognised.js";
import type { Unit } from "./units.js";

const HEADS = "@ssl3d/heads";

/** Fully connected layers on an encoder, up to the last one. */
interface Stack {
  readonly units: readonly Unit[];
  readonly outputs: number;
  /** Of all but the last layer. */
  readonly shape: { readonly widths: readonly number[]; readonly batchNorm: boolean; readonly dropout: number };
  readonly patchSize: readonly number[];
}

/**
 * A classifier on features that are pooled over the image, as fine-tuning makes it.
 * @throws SSL3D_KERAS_NOT_RECOGNISED, SSL3D_KERAS_OPTION_CONTRADICTS
 */
export function finetuned(evidence: Evidence, encoder: RecognisedEncoder, { units, outputs, shape, patchSize }: Stack): RecognisedTop {
  const leaveOut = (reason: string): RecognisedTop => ({ kind: "encoder", task: null, patchSize, dropped: { units, reason } });
  if (evidence.config !== undefined && encoder.options["pooling"] === "none") {
    return leaveOut("fully connected layers on features that are neither pooled nor flattened, which give a prediction at every position");
  }
  const known = denseLayers(evidence)[units.filter((unit) => unit.kind === "dense").length - 1]?.config["activation"];
  const activation = lastActivation(evidence, known, outputs, outputs === 1 ? ["relu", "linear"] : ["softmax", "sigmoid", "relu", "linear"]);
  if (outputs === 1 && /^(softmax|sigmoid)$/.test(activation)) return leaveOut(`a last layer of one output with the activation "${activation}", while heads here have an output for each class or grade`);
  const features = encoder.options["pooling"] === "max" ? "max" : "average";
  const common = { architecture: shape.widths.length === 0 ? "linear" : "plain", features, ...shape };
  const heads: Readonly<Record<string, { name: string; options: Readonly<Record<string, unknown>> }>> = {
    softmax: { name: "classification", options: { ...common, classes: outputs } },
    sigmoid: { name: "grading", options: { ...common, classes: outputs } },
    relu: { name: "regression", options: { ...common, outputs, activation } },
    linear: { name: "regression", options: { ...common, outputs, activation } },
  };
  const head = heads[activation];
  if (head === undefined) throw notRecognised(evidence.checkpoint.label, `a head whose last layer has the activation "${activation}"`);
  return { kind: "classification", task: null, patchSize, part: { plugin: "head", package: HEADS, ...head, units, inputSize: patchSize } };
}

type Activation = NonNullable<Evidence["options"]["activation"]>;

/**
 * What the last layer ends in: as a full model says, as it was asked for, or as the original's heads do, in one number that is not
 * negative or in independent probabilities.
 * @param possible what the head can end in here
 */
function lastActivation({ checkpoint: { label }, options, notes }: Evidence, known: unknown, outputs: number, possible: readonly Activation[]): string {
  const { activation: asked } = options;
  if (typeof known === "string") {
    if (asked !== undefined && asked !== known) throw contradicts(label, "activation", asked, `its last layer has the activation "${known}"`);
    return known;
  }
  const text = `${outputs} ${outputs === 1 ? "output" : "outputs"}`;
  if (asked !== undefined && !possible.includes(asked)) throw contradicts(label, "activation", asked, `its head of ${text} can end in ${possible.join(", ")}`);
  const original = outputs === 1 ? "relu" : "sigmoid";
  if (asked === undefined) notes.assumed.push(`"${original}" as the last layer's activation, the original's for ${text} (--activation says otherwise)`);
  return asked ?? original;
}

/** A head by itself, without an encoder: `head_default_mlp` and its like. */
export function recogniseHead(evidence: Evidence, units: readonly Unit[]): Recognised {
  const structure = readDenseStack(units);
  if (structure === undefined) throw notRecognised(evidence.checkpoint.label, `layers of no model of the original: ${listUnits(units)}`);
  const { inputs, widths, batchNorm, endsInDense } = structure;
  const layers = denseLayers(evidence);
  const outputs = widths[widths.length - 1]!;
  const known = layers[widths.length - 1]?.config["activation"];
  if (!endsInDense && evidence.options.activation !== undefined) {
    throw contradicts(evidence.checkpoint.label, "activation", evidence.options.activation, "its last layer is a normalisation");
  }
  const options = {
    inputs,
    widths: endsInDense ? widths.slice(0, -1) : widths,
    batchNorm,
    dropout: headDropout(evidence, batchNorm),
    top: endsInDense ? { outputs, activation: lastActivation(evidence, known, outputs, ["relu", "linear", "sigmoid"]) } : null,
  };
  return {
    kind: "head",
    task: null,
    rank: 2,
    channels: inputs,
    patchSize: [],
    unknown: evidence.notes.unknown,
    assumed: evidence.notes.assumed,
    part: { plugin: "head", package: "@ssl3d/nn", name: "dense", options, units, inputSize: [] },
  };
}

/** The rate at which a head drops. */
export function headDropout({ config, notes }: Evidence, batchNorm: boolean): number {
  if (config === undefined && batchNorm) notes.assumed.push("dropout 0.5 in the head, the original's default (it matters in training alone)");
  if (config === undefined) return batchNorm ? 0.5 : 0;
  const layers = flattenConfig(config.layers);
  const first = layers.findIndex((layer) => layer.class === "Dense");
  const rate = layers.slice(first).find((layer) => layer.class === "Dropout")?.config["rate"];
  return typeof rate === "number" ? rate : 0;
}

function denseLayers({ config }: Evidence): readonly { readonly config: Readonly<Record<string, unknown>> }[] {
  return uniqueByName(flattenConfig(config?.layers ?? [])).filter((layer) => layer.class === "Dense");
}
