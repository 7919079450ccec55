import {
  axisOrder,
  ENCODER_CONTRACT_VERSION,
  encodeDeferred,
  PART_DESCRIPTION_VERSION,
  preprocessingOptions,
  sha256,
  type EncoderContract,
  type PartDescription,
} from "@ssl3d/core";
import { assignWeights, type TensorMove } from "./assign-weights.js";
import { buildLayout, type Layout, type WeightPlace } from "./build-layout.js";
import { json, WEIGHTS, type ConvertedFiles, type Hash } from "./converted-folder.js";
import { describeConversion, type ConversionFacts, type ConversionReport } from "./conversion-report.js";
import type { KerasCheckpoint } from "./hdf5/keras-checkpoint.js";
import { withKerasCheckpoint } from "./hdf5/read-keras-checkpoint.js";
import { recognise } from "./keras/recognise.js";
import type { ConvertOptions, Recognised } from "./keras/recognised.js";
import type { Unit } from "./keras/units.js";
import { formatConversion } from "./format-conversion.js";

/** A converted checkpoint: the files of its folder, and what happened. */
export interface Converted {
  readonly files: ConvertedFiles;
  readonly report: ConversionReport;
}

/**
 * Converts a Keras checkpoint of the original into a folder that is accepted wherever an encoder or a model is. The file is read as
 * data; nothing in it is executed or rebuilt, and no tensor is dropped silently.
 *
 * @param bytes the HDF5 file; not to be changed afterwards
 * @param label names the file in errors and in the report
 * @param hash default: that of the platform's Web Crypto, which copies the file for it
 * @throws SSL3D_KERAS_FILE_INVALID, SSL3D_KERAS_NOT_RECOGNISED, SSL3D_KERAS_LAYER_UNKNOWN, SSL3D_KERAS_SETTING_UNKNOWN,
 * SSL3D_KERAS_AMBIGUOUS, SSL3D_KERAS_OPTION_CONTRADICTS, SSL3D_KERAS_NOT_FINITE
 */
export function convertKeras(bytes: Uint8Array, label: string, options: ConvertOptions = {}, hash: Hash = sha256): Promise<Converted> {
  // in two steps, so that nothing holds the file any more while the second hashes what came of it
  return readWeights(bytes, label, options, hash).then((weights) => describeWeights(weights, hash));
}

async function readWeights(bytes: Uint8Array, label: string, options: ConvertOptions, hash: Hash): Promise<ConvertedWeights> {
  const source = { file: label, bytes: bytes.length, sha256: await hash(bytes) };
  return await withKerasCheckpoint(bytes, label, (checkpoint) => convert(checkpoint, source, options));
}

async function describeWeights({ files, describe }: ConvertedWeights, hash: Hash): Promise<Converted> {
  const hashes = new Map<string, string>();
  for (const [path, content] of Object.entries(files)) hashes.set(path, await hash(content));
  const { descriptions, report } = describe((path) => ({ file: WEIGHTS, sha256: hashes.get(path)! }));
  return { files: { ...files, ...descriptions, "conversion.json": json(report), "conversion.md": formatConversion(report) }, report };
}

/** The hash of a weights file by its path in the folder. */
type WeightsAt = (path: string) => EncoderContract["weights"];

/** The weights files, and what describes them once their hashes are known. */
interface ConvertedWeights {
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly describe: (weightsAt: WeightsAt) => { readonly descriptions: ConvertedFiles; readonly report: ConversionReport };
}

/** What needs the open file. */
function convert(checkpoint: KerasCheckpoint, source: ConversionFacts["source"], options: ConvertOptions): ConvertedWeights {
  const { label } = checkpoint;
  const recognised = recognise(checkpoint, options);
  const layout = buildLayout(recognised);
  const files: Record<string, Uint8Array> = {};
  const moves: TensorMove[] = [];
  const take = (path: string, places: readonly WeightPlace[], units: readonly Unit[]): void => {
    const { arrays, moves: own } = assignWeights(label, path, places, units);
    files[path] = encodeDeferred(arrays);
    moves.push(...own);
  };
  const { encoder, part } = recognised;
  if (encoder !== undefined) take(WEIGHTS, layout.encoder!.weights, encoder.units);
  const partWeights = part === undefined ? "" : `${part.plugin}/${WEIGHTS}`;
  if (part !== undefined) take(partWeights, layout.part!.weights, part.units);
  return {
    files,
    describe: (weightsAt) => {
      const descriptions: Record<string, string> = {};
      if (encoder !== undefined) descriptions["contract.json"] = json(describeEncoder(recognised, layout.encoder!, checkpoint, weightsAt(WEIGHTS)));
      if (part !== undefined) {
        const { plugin, package: from, name, inputSize } = part;
        const description: PartDescription = { formatVersion: PART_DESCRIPTION_VERSION, package: from, name, options: layout.part!.options, inputSize, weights: weightsAt(partWeights) };
        descriptions[`${plugin}/${plugin}.json`] = json(description);
      }
      return { descriptions, report: describeConversion({ checkpoint, source, recognised, layout, moves }) };
    },
  };
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
