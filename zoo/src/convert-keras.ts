import {
  axisOrder,
  ENCODER_CONTRACT_VERSION,
  encodeSafetensors,
  PART_DESCRIPTION_VERSION,
  preprocessingOptions,
  sha256,
  type EncoderContract,
  type NamedArrays,
  type PartDescription,
} from "@ssl3d/core";
import { assignWeights, type TensorMove } from "./assign-weights.js";
import { buildLayout, type Layout } from "./build-layout.js";
import { describeConversion, type ConversionReport } from "./conversion-report.js";
import { weightsNotFinite } from "./errors.js";
import { readKerasCheckpoint, type KerasCheckpoint } from "./hdf5/read-keras-checkpoint.js";
import { recognise } from "./keras/recognise.js";
import type { ConvertOptions, Recognised } from "./keras/recognised.js";
import { formatConversion } from "./format-conversion.js";

/** A file of a converted folder, by its path with "/". */
export type ConvertedFiles = Readonly<Record<string, Uint8Array | string>>;

/** A converted checkpoint: the files of its folder, and what happened. */
export interface Converted {
  readonly files: ConvertedFiles;
  readonly report: ConversionReport;
}

const WEIGHTS = "weights.safetensors";

/**
 * Converts a Keras checkpoint of the original into a folder that is accepted wherever an encoder or a model is. The file is read as
 * data; nothing in it is executed or rebuilt, and no tensor is dropped silently.
 *
 * @param bytes the HDF5 file; not to be changed afterwards
 * @param label names the file in errors and in the report
 * @throws SSL3D_KERAS_FILE_INVALID, SSL3D_KERAS_NOT_RECOGNISED, SSL3D_KERAS_LAYER_UNKNOWN, SSL3D_KERAS_SETTING_UNKNOWN,
 * SSL3D_KERAS_AMBIGUOUS, SSL3D_KERAS_OPTION_CONTRADICTS, SSL3D_KERAS_NOT_FINITE
 */
export async function convertKeras(bytes: Uint8Array, label: string, options: ConvertOptions = {}): Promise<Converted> {
  const source = { file: label, bytes: bytes.length, sha256: await sha256(bytes) };
  const checkpoint = await readKerasCheckpoint(bytes, label);
  checkFinite(checkpoint);
  const recognised = recognise(checkpoint, options);
  const layout = buildLayout(recognised);
  const files: Record<string, Uint8Array | string> = {};
  const moves: TensorMove[] = [];
  if (recognised.encoder !== undefined && layout.encoder !== undefined) {
    const { arrays, moves: own } = assignWeights(label, WEIGHTS, layout.encoder.weights, recognised.encoder.units);
    const weights = await writeWeights(files, WEIGHTS, arrays);
    files["contract.json"] = json(describeEncoder(recognised, layout.encoder, checkpoint, weights));
    moves.push(...own);
  }
  if (recognised.part !== undefined && layout.part !== undefined) {
    const { plugin, package: from, name, inputSize, units } = recognised.part;
    const { arrays, moves: own } = assignWeights(label, `${plugin}/${WEIGHTS}`, layout.part.weights, units);
    const weights = await writeWeights(files, `${plugin}/${WEIGHTS}`, arrays);
    const description: PartDescription = { formatVersion: PART_DESCRIPTION_VERSION, package: from, name, options: layout.part.options, inputSize, weights };
    files[`${plugin}/${plugin}.json`] = json(description);
    moves.push(...own);
  }
  const report = describeConversion({ checkpoint, source, recognised, layout, moves });
  files["conversion.json"] = json(report);
  files["conversion.md"] = formatConversion(report);
  return { files, report };
}

function checkFinite({ groups, label }: KerasCheckpoint): void {
  const broken = groups.flatMap(({ name, tensors }) => tensors.filter(({ data }) => !data.every(Number.isFinite)).map((tensor) => `${name}/${tensor.name}`));
  if (broken.length > 0) throw weightsNotFinite(label, broken);
}

async function writeWeights(files: Record<string, Uint8Array | string>, path: string, arrays: NamedArrays): Promise<PartDescription["weights"]> {
  const bytes = encodeSafetensors(arrays);
  files[path] = bytes;
  return { file: WEIGHTS, sha256: await sha256(bytes) };
}

function describeEncoder(
  { encoder, rank, channels, patchSize, unknown, task }: Recognised,
  { options, levels, output }: NonNullable<Layout["encoder"]>,
  { kerasVersion }: KerasCheckpoint,
  weights: EncoderContract["weights"],
): EncoderContract {
  return {
    formatVersion: ENCODER_CONTRACT_VERSION,
    architecture: { package: encoder!.package, name: encoder!.name, options },
    rank,
    axisOrder: axisOrder(rank),
    inputChannels: Array.from({ length: channels }, (_, index) => `channel ${index}`),
    patchSize,
    // what the original's loaders do to most of its data sets: arrays as they lie in the file, brought to 0 to 1
    preprocessing: preprocessingOptions.parse({ orientation: null, normalisation: "min-max" }),
    slices: null,
    unknown: ["preprocessing", "inputChannels", "provenance", ...unknown],
    levels,
    output,
    weights,
    provenance: {
      task: task === null ? null : { name: task, options: {} },
      dataset: "unknown: a checkpoint of the original",
      cases: 0,
      steps: 0,
      seed: 0,
      engine: kerasVersion === null ? "Keras" : `Keras ${kerasVersion}`,
      codeVersion: "self-supervised-3d-tasks",
      licences: [],
      citations: ["arXiv:2006.03829"],
    },
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
