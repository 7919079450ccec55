import type { Encoder, EncoderContract, EncoderPlugin, EncoderProvenance, Random, TransferReport, WeightsOrigin } from "@ssl3d/core";
import { join } from "node:path";
import { readRunLog } from "../files/run-log.js";
import type { ImageShape } from "./cases.js";
import { loadWeightsFile } from "./encoder-folder.js";
import { channelsMismatch, rankMismatch } from "./errors.js";
import type { UsedPlugin } from "./use-plugin.js";

/** What was taken over from another folder when a run started. A type, not an interface: it goes into the log as a record. */
export type TransferEvent = {
  readonly type: "transfer";
  /** "encoder", or the task by its name. */
  readonly part: string;
  readonly from: string;
  readonly report: TransferReport;
  /** What else is worth knowing, a sentence each. */
  readonly notes: readonly string[];
  /** Of the encoder: the hash of its weights, and where they came from themselves. */
  readonly sha256?: string;
  readonly provenance?: EncoderProvenance;
};

/** What {@link transferEncoder} builds and loads. */
export interface EncoderTransferRequest {
  /** The folder as the run was told. */
  readonly from: string;
  readonly contract: EncoderContract;
  /** The folder of the contract. */
  readonly folder: string;
  readonly architecture: UsedPlugin<EncoderPlugin>;
  readonly shape: ImageShape;
  readonly partial: boolean;
  readonly random: Random;
}

/**
 * Refuses an encoder whose images have another number of axes, or, unless its first layer may be adapted, of channels.
 * @throws SSL3D_RANK_MISMATCH, SSL3D_CHANNELS_MISMATCH
 */
export function requireFitting(contract: EncoderContract, shape: ImageShape, partial: boolean, where: string): void {
  if (contract.rank !== shape.rank) throw rankMismatch(contract.rank, shape.rank, where);
  if (!partial && contract.inputChannels.length !== shape.channels) throw channelsMismatch(contract.inputChannels.length, shape.channels, where, true);
}

/** Builds an encoder for images of that shape and loads the weights of another one's folder. */
export async function transferEncoder(request: EncoderTransferRequest): Promise<{ encoder: Encoder; event: TransferEvent }> {
  const { from, contract, folder, architecture, shape, partial, random } = request;
  const { file, sha256 } = contract.weights;
  const encoder = architecture.plugin.build({ ...shape, options: architecture.options, random });
  try {
    const report = await loadWeightsFile(encoder.weights, join(folder, file), sha256, { partial, adaptInputChannels: partial });
    return { encoder, event: { type: "transfer", part: "encoder", from, report, notes: notesOn(contract, shape), sha256, provenance: contract.provenance } };
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}

/** Where a run's weights came from: what its contract keeps of a transfer. */
export function originOf({ from, report, sha256, provenance }: TransferEvent): WeightsOrigin {
  const { loaded, adapted, random } = report;
  const counts = { loaded: loaded.length, adapted: adapted.length, random: random.length };
  return { folder: from, sha256: sha256 ?? "", task: provenance?.task ?? null, dataset: provenance?.dataset ?? "", ...counts };
}

/** The transfer that a run began with, from its log; the folder that it came from may have changed since. */
export async function readTransfer(log: string): Promise<TransferEvent | undefined> {
  const lines = await readRunLog(log);
  return lines.find((line) => line.type === "transfer" && line["part"] === "encoder") as TransferEvent | undefined;
}

function notesOn({ patchSize, inputChannels, unknown = [] }: EncoderContract, { size, channels }: ImageShape): string[] {
  const notes: string[] = [];
  if (inputChannels.length !== channels)
    notes.push(`It was trained on ${inputChannels.length} image channels; its first layer now takes ${channels}, each with the mean of the old kernels.`);
  if (!unknown.includes("patchSize") && patchSize.join() !== size.join())
    notes.push(`It was trained on images of ${patchSize.join("x")} voxels and now sees ${size.join("x")}: its layers are convolutional, so the same weights serve any size.`);
  return notes;
}
