import type { EncoderContract } from "@ssl3d/core";
import { buildLayout, type Layout } from "../build-layout.js";
import { STORED_TWICE } from "../conversion-report.js";
import type { ConvertedFiles } from "../converted-folder.js";
import type { KerasGroup } from "../hdf5/keras-checkpoint.js";
import type { RecognisedPart } from "../keras/recognised.js";
import { canonicalPlan } from "./canonical-plan.js";
import { checkWeights } from "./check-weights.js";
import { incompleteFolder } from "./errors.js";
import { placeOf, readFolderContent, type FolderContent } from "./folder-content.js";
import type { PlannedGroup } from "./keras-plan.js";
import { originalConfiguration } from "./original-configuration.js";
import { globalPooling, requireRepresentable, taskName } from "./require-representable.js";
import { restorePlan } from "./restore-plan.js";
import { writeKerasWeights } from "./write-keras-weights.js";

/** What became of a folder. */
export interface KerasExportReport {
  readonly formatVersion: 1;
  /** "source": that of the Keras file which the folder was converted from. "canonical": the original's builders', in a fresh session. */
  readonly layout: "source" | "canonical";
  /** The Keras version that the file names. */
  readonly keras: string;
  /** The file's layers in order, each with its number of weights. */
  readonly groups: readonly { readonly group: string; readonly weights: number }[];
  /** Where every weight of the file comes from, in its order. */
  readonly tensors: readonly { readonly source: string; readonly destination: string; readonly shape: readonly number[] }[];
  /** Keys of a configuration of the original that builds this network. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** What the original's builders have otherwise. */
  readonly warnings: readonly string[];
}

/** A Keras weights file, and how it came about. */
export interface KerasExport {
  readonly bytes: Uint8Array;
  readonly report: KerasExportReport;
}

/** The version that TensorFlow 2.1, the original's, writes into its files. */
const KERAS_OF_TENSORFLOW_2_1 = "2.2.4-tf";

/**
 * Makes a Keras 2 weights file (HDF5) of a folder, in the order in which the original's `load_weights` takes it. A folder that was
 * converted from a Keras file gives that file's groups, names and order again, with the folder's weights; others the layout that the
 * original's builders have in a fresh session.
 *
 * @param files the folder's files by their paths with "/": contract.json, weights.safetensors, task/ or head/, and conversion.json where
 * it was converted. Others are not looked at. JSON may be text or bytes.
 * @param label names the folder in errors
 * @throws SSL3D_KERAS_FOLDER_INCOMPLETE, SSL3D_KERAS_WEIGHTS_DIFFER, SSL3D_KERAS_CANNOT_HOLD, SSL3D_CONFIG_INVALID,
 * SSL3D_SAFETENSORS_INVALID
 */
export async function toKeras(files: ConvertedFiles, label: string): Promise<KerasExport> {
  const content = await readFolderContent(files, label);
  // what a conversion left out cannot be written again: the encoder then gets the layout of a fresh session
  const left = (content.conversion?.unused ?? []).filter(({ reason }) => reason !== STORED_TWICE);
  const conversion = left.length === 0 ? content.conversion : undefined;
  const { plan, warnings: about } = conversion === undefined ? planCanonical(content) : { plan: restorePlan(content, conversion), warnings: [] };
  const others = (content.conversion?.source.weightTypes ?? []).filter((type) => type !== "float32");
  const warnings = [
    ...about,
    ...(left.length === 0 ? [] : [`The conversion left out ${left.length} tensors (${left[0]!.reason}): the file holds the encoder alone.`]),
    ...(others.length === 0 ? [] : [`The weights are float32; the Keras file that the folder came from had them in ${others.join(" and ")}. Keras gives them the type of the network that loads them.`]),
  ];
  const keras = content.conversion?.source.keras ?? KERAS_OF_TENSORFLOW_2_1;
  const bytes = await writeKerasWeights(plan.map((group) => fill(group, content)), keras);
  const report: KerasExportReport = {
    formatVersion: 1,
    layout: conversion === undefined ? "canonical" : "source",
    keras,
    groups: plan.map(({ name, weights }) => ({ group: name, weights: weights.length })),
    tensors: plan.flatMap((group) => group.weights.map(({ name, place }) => ({ source: place, destination: `${group.name}/${name}`, shape: content.weights.get(place)!.shape }))),
    configuration: originalConfiguration(content),
    warnings,
  };
  return { bytes, report };
}

function fill({ name, weights }: PlannedGroup, content: FolderContent): KerasGroup {
  return {
    name,
    tensors: weights.map(({ name: weight, place }) => {
      const { data, shape } = content.weights.get(place)!;
      return { name: weight, shape, data: data instanceof Float32Array ? data : Float32Array.from(data as Iterable<number>) };
    }),
  };
}

function planCanonical(content: FolderContent): { readonly plan: PlannedGroup[]; readonly warnings: readonly string[] } {
  const { label, contract, part } = content;
  if (contract === undefined) throw incompleteFolder(label, "contract.json is missing, and a head without an encoder is nothing that the original loads");
  const warnings = requireRepresentable({ ...content, contract });
  const layout = layoutOf(contract, part);
  const places = [
    ...layout.encoder!.weights.map(({ name, shape }) => [placeOf("encoder", name), shape] as const),
    ...(layout.part?.weights ?? []).map(({ name, shape }) => [placeOf(part!.plugin, name), shape] as const),
  ];
  checkWeights(content, "contract.json", new Map(places), "its network lacks");
  const { name, options } = contract.architecture;
  const pooling = name !== "unet" && part?.plugin === "head" ? { pooling: globalPooling(options, part.options) } : {};
  const encoder = { name, rank: contract.rank, options: { ...layout.encoder!.options, ...pooling }, weights: layout.encoder!.weights };
  const above = part && { plugin: part.plugin, name: part.plugin === "task" ? taskName(part.name) : part.name, weights: layout.part!.weights };
  return { plan: canonicalPlan(encoder, above), warnings };
}

/** What our network of a folder's description looks like. */
function layoutOf({ architecture, rank, inputChannels, patchSize }: EncoderContract, part: FolderContent["part"]): Layout {
  const named = ({ package: from, name, options }: Pick<RecognisedPart, "package" | "name" | "options">): RecognisedPart => ({ package: from, name, options, units: [] });
  return buildLayout({
    kind: "encoder",
    task: null,
    rank,
    channels: inputChannels.length,
    patchSize,
    unknown: [],
    assumed: [],
    encoder: named(architecture),
    ...(part !== undefined && { part: { ...named(part), plugin: part.plugin, inputSize: part.inputSize } }),
  });
}
