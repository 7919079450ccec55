import {
  arraysUnder,
  axisOrder,
  createRandom,
  ENCODER_CONTRACT_VERSION,
  encodeDeferred,
  openSafetensors,
  PART_DESCRIPTION_VERSION,
  preprocessingOptions,
  sha256,
  validate,
  type DeferredTensor,
  type EncoderContract,
  type PartDescription,
} from "@ssl3d/core";
import { json, WEIGHTS, type ConvertedFiles, type Hash } from "../converted-folder.js";
import { formatOf } from "../other-format.js";
import { assignTensors } from "./assign-tensors.js";
import { buildNetwork, MAPPABLE_PLUGINS, type MappablePlugin, type MappedNetwork } from "./build-network.js";
import { notSafetensors } from "./errors.js";
import { mappingFile, type Mapping } from "./mapping-file.js";
import { formatMappingReport, type MappingReport } from "./mapping-report.js";

/** How a file is converted by a mapping. */
export interface ConvertMappingOptions {
  /** Accepts tensors that are left over, and weights that nothing is found for, which keep random initial values. Default false. */
  readonly partial?: boolean;
  /** Names the mapping file in errors and in the report. Default "the mapping file". */
  readonly mappingLabel?: string;
  /** Encoders and heads that the mapping file may name. Default: those of @ssl3d/nn and @ssl3d/heads. */
  readonly plugins?: readonly MappablePlugin[];
  /** Default: that of the platform's Web Crypto, which copies the file for it. */
  readonly hash?: Hash;
}

/** A file converted by a mapping: the files of its folder, and what happened. */
export interface ConvertedByMapping {
  readonly files: ConvertedFiles;
  readonly report: MappingReport;
}

/** Edge in voxels of the patches that are assumed where nobody knows; large enough for any encoder's stride. */
const ASSUMED_EDGE = 64;

/**
 * Converts a safetensors file of another framework, such as an exported PyTorch state dict, into a folder that is accepted wherever an
 * encoder or a fine-tuned model is. A mapping file says what our network is and which tensor becomes which weight.
 *
 * @param bytes the safetensors file, whose tensors are read one after the other
 * @param label names it in errors and in the report
 * @param mapping the parsed JSON of the mapping file
 * @throws SSL3D_SAFETENSORS_INVALID, SSL3D_SAFETENSORS_DTYPE, SSL3D_CONFIG_INVALID, SSL3D_CONFIG_UNKNOWN_KEY, SSL3D_PLUGIN_UNKNOWN,
 * SSL3D_MAPPING_AMBIGUOUS, SSL3D_MAPPING_NOT_A_NUMBER, SSL3D_MAPPING_SHAPE, SSL3D_MAPPING_NOT_FINITE, SSL3D_MAPPING_UNUSED,
 * SSL3D_MAPPING_MISSING, SSL3D_MAPPING_NOTHING
 */
export async function convertMapping(bytes: Uint8Array, label: string, mapping: unknown, options: ConvertMappingOptions = {}): Promise<ConvertedByMapping> {
  const { partial = false, mappingLabel = "the mapping file", plugins = MAPPABLE_PLUGINS, hash = sha256 } = options;
  const format = formatOf(bytes);
  if (format !== undefined && format.name !== "safetensors") throw notSafetensors(label, format);
  const checked = validate(mappingFile, mapping, mappingLabel);
  const network = await buildNetwork(checked, mappingLabel, plugins, partial ? createRandom("mapping") : undefined);
  const { tensors } = openSafetensors(bytes, label);
  const { weights, ...assigned } = assignTensors({ mapping: checked, tensors, ...network, partial, label, mappingLabel });
  const unknown = unknownFields(checked);
  const files: Record<string, Uint8Array | string> = {};
  const write = async (path: string, arrays: ReadonlyMap<string, DeferredTensor>): Promise<PartDescription["weights"]> => {
    const written = encodeDeferred(arrays);
    files[path] = written;
    return { file: WEIGHTS, sha256: await hash(written) };
  };
  const encoderWeights = await write(WEIGHTS, arraysUnder("encoder/", weights));
  files["contract.json"] = json(describeEncoder(checked, network, unknown, encoderWeights));
  if (network.head !== null) {
    const description: PartDescription = {
      formatVersion: PART_DESCRIPTION_VERSION,
      ...network.head,
      weights: await write(`head/${WEIGHTS}`, arraysUnder("head/", weights)),
    };
    files["head/head.json"] = json(description);
  }
  const { name, package: from, options: encoderOptions } = network.encoder;
  const report: MappingReport = {
    formatVersion: 1,
    kind: "mapping",
    source: { file: label, bytes: bytes.length, sha256: await hash(bytes) },
    mapping: mappingLabel,
    rank: checked.encoder.rank,
    encoder: { name, package: from, options: encoderOptions, channels: checked.encoder.channels },
    head: network.head,
    unknown,
    ...assigned,
  };
  files["conversion.json"] = json(report);
  files["conversion.md"] = formatMappingReport(report);
  return { files, report };
}

/** What the mapping file does not tell of the contract. */
function unknownFields({ encoder, preprocessing, dataset }: Mapping): string[] {
  return [
    ...(preprocessing === null ? ["preprocessing"] : []),
    ...(encoder.patchSize === null ? ["patchSize"] : []),
    ...(dataset === null ? ["provenance"] : []),
  ];
}

function describeEncoder(
  { encoder, head, preprocessing, dataset, licences, citations }: Mapping,
  { encoder: { name, package: from, options, levels, output } }: MappedNetwork,
  unknown: readonly string[],
  weights: EncoderContract["weights"],
): EncoderContract {
  const { rank, channels } = encoder;
  const edge = Math.ceil(ASSUMED_EDGE / output.stride) * output.stride;
  return {
    formatVersion: ENCODER_CONTRACT_VERSION,
    architecture: { package: from, name, options },
    rank,
    axisOrder: axisOrder(rank),
    inputChannels: channels,
    patchSize: encoder.patchSize ?? head?.inputSize ?? new Array<number>(rank).fill(edge),
    preprocessing: preprocessing ?? preprocessingOptions.parse({}),
    slices: null,
    ...(unknown.length === 0 ? {} : { unknown }),
    levels,
    output,
    weights,
    provenance: { task: null, dataset: dataset ?? "unknown", cases: 0, steps: 0, seed: 0, engine: "unknown", codeVersion: "converted by a mapping", licences, citations },
  };
}
