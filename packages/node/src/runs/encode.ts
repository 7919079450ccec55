import type { Encoder, Features } from "@ssl3d/core";
import { preprocess, padToSize, writeNpy } from "@ssl3d/data";
import * as tf from "@tensorflow/tfjs-core";
import { activateEngine, type ActiveEngine, type EngineRequest } from "../engine/activate-engine.js";
import { channelsMismatch, levelUnknown, rankMismatch } from "./errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import { discoverPlugins } from "../plugins/discover.js";
import { loadEncoder, type StoredEncoder } from "./encoder-folder.js";
import { joinPieces, piecesOf, type FloatArray } from "./pieces.js";
import { readBatch, readInput } from "./read-input.js";
import { requireImageSize } from "./require-image-size.js";
import { searchPlaces, type CallOptions } from "./run-options.js";
import { warnUnknown } from "./warn-unknown.js";

/** What {@link encode} reads and writes. */
export interface EncodeRequest extends EngineRequest {
  /** Encoder folder or run folder. */
  readonly encoder: string;
  /** One .npy file, a batch given to the encoder as it is; or NIfTI as in `predict`, prepared by the encoder's contract. */
  readonly input: readonly string[];
  /** NPY file to write, float32. */
  readonly output: string;
  /** "output" (default), "bottleneck", "pooled", or a skip's index, 0 the shallowest. */
  readonly level?: string;
}

/** What {@link encode} wrote. */
export interface EncodeResult {
  readonly output: string;
  readonly level: string;
  readonly shape: readonly number[];
  readonly engine: ActiveEngine;
}

/** Runs an encoder over a batch or a volume and writes the features of one level. */
export async function encode(request: EncodeRequest, options: CallOptions = {}): Promise<EncodeResult> {
  const { level = "output" } = request;
  const { plugins } = await discoverPlugins(searchPlaces(options));
  const engine = await activateEngine(plugins, request);
  const stored = await loadEncoder(request.encoder, plugins);
  const { encoder } = stored;
  try {
    checkLevel(level, encoder);
    const batch = await images(request.input, stored);
    const { shape } = batch;
    const message = batch.prepared ? warnUnknown(stored.contract, request.encoder) : undefined;
    if (message !== undefined) options.onEvent?.({ type: "warning", message });
    const where = request.input.join(", ");
    if (shape.length !== encoder.rank + 2) throw rankMismatch(encoder.rank, shape.length - 2, where);
    if (shape.at(-1) !== encoder.channels) throw channelsMismatch(encoder.channels, shape.at(-1) as number, where);
    requireImageSize(encoder, shape, where);
    const features = await forward(encoder, batch, level);
    await writeFileAtomic(request.output, writeNpy(features));
    return { output: request.output, level, shape: features.shape, engine };
  } finally {
    encoder.dispose();
  }
}

/** What goes into the encoder, and whether it was prepared by the contract. */
async function images(paths: readonly string[], { contract, encoder }: StoredEncoder): Promise<FloatArray & { readonly prepared: boolean }> {
  const [path] = paths;
  if (path !== undefined && /\.npy$/i.test(path)) return { ...(await readBatch(path)), prepared: false };
  const { volume } = preprocess(await readInput(paths), contract.preprocessing);
  // Every pooling halves the size, so each axis is padded to what the encoder divides.
  const stride = Math.max(encoder.output.stride, ...encoder.levels.map((part) => part.stride));
  const padded = padToSize(volume, volume.size.map((length) => Math.ceil(length / stride) * stride));
  return { data: padded.voxels, shape: [1, ...padded.size, padded.channels], prepared: true };
}

async function forward(encoder: Encoder, images: FloatArray, level: string): Promise<FloatArray> {
  const parts: FloatArray[] = [];
  for (const [piece] of piecesOf([images])) {
    const result = tf.tidy(() => pick(encoder.forward(tf.tensor(piece!.data, [...piece!.shape]), { training: false }), level).clone());
    parts.push({ data: (await result.data()) as Float32Array, shape: result.shape });
    result.dispose();
  }
  return joinPieces(parts);
}

function pick(features: Features, level: string): tf.Tensor {
  if (level === "output") return features.output;
  if (level === "pooled") return features.pooled;
  return features.pyramid.at(level === "bottleneck" ? -1 : Number(level)) as tf.Tensor;
}

function checkLevel(level: string, encoder: Encoder): void {
  const skips = encoder.levels.slice(0, -1).map((_, index) => String(index));
  const known = ["output", "bottleneck", "pooled", ...skips];
  if (!known.includes(level)) throw levelUnknown(level, known);
}
