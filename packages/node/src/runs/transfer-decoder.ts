import { isSsl3dError, loadWeights, type Head } from "@ssl3d/core";
import { join } from "node:path";
import { readWeightsFile } from "./encoder-folder.js";
import { decoderNotFound } from "./errors.js";
import { readTasks } from "./task-folder.js";
import type { TransferEvent } from "./transfer-encoder.js";

/**
 * Starts a head from the decoder that a proxy task of the folder trained with the encoder, whole or not at all; its output layer stays
 * its own.
 * @throws SSL3D_DECODER_NOT_FOUND where there is none that fits; SSL3D_HASH_MISMATCH and other faults of damaged files
 */
export async function transferDecoder(from: string, name: string, { decoder = [], weights }: Head): Promise<TransferEvent> {
  const names = new Set(decoder.map((weight) => weight.name));
  const output = weights.filter((weight) => !names.has(weight.name));
  const outputNames = new Set(output.map((weight) => weight.name));
  for (const task of await readTasks(from)) {
    const path = join(task.folder, task.weights.file);
    const arrays = [...(await readWeightsFile(path, task.weights.sha256))].filter(([key]) => !outputNames.has(key));
    if (!arrays.some(([key]) => names.has(key))) continue;
    try {
      const { loaded } = loadWeights(decoder, new Map(arrays), { label: path });
      const random = output.map((weight) => ({ name: weight.name, shape: weight.variable.shape }));
      return { type: "transfer", part: "decoder", from, report: { loaded, adapted: [], random, unused: [] }, notes: [`The task "${task.name}" trained it with the encoder.`] };
    } catch (error) {
      throw isSsl3dError(error) && error.code === "SSL3D_WEIGHTS_MISMATCH" ? decoderNotFound(from, name, error.message) : error;
    }
  }
  throw decoderNotFound(from, name);
}
