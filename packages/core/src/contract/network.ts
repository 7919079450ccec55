import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";
import type { Random } from "../random.js";
import type { NumericArray, Rank } from "./volume.js";

/**
 * Whether a forward pass trains (dropout active, batch statistics) or infers. Dropout draws from the stream given.
 *
 * `statisticsMomentum` re-estimates batch-normalisation statistics: dropout stays off, layers normalise with the batch's
 * own statistics and fold them into the moving ones with this momentum (k / (k + 1) for batch k = 0, 1, ... gives the mean).
 * In training it replaces the layers' own momentum; 1 leaves the moving statistics as they are.
 */
export type Mode =
  | { readonly training: true; readonly random: Random; readonly statisticsMomentum?: number }
  | { readonly training: false; readonly statisticsMomentum?: number };

/** A named tensor that belongs to a network and is saved with it: a trained parameter or a moving statistic. */
export interface Weight {
  /** Path within its owner, e.g. "level0/conv1/kernel". Unique there; the key in the weights file. */
  readonly name: string;
  readonly variable: Variable;
  /** False for moving statistics, which training updates without a gradient. */
  readonly trainable: boolean;
}

/** Holds tensors until told to let go. */
export interface Disposable {
  dispose(): void;
}

/** One resolution of an encoder's pyramid. */
export interface EncoderLevel {
  readonly channels: number;
  /** Input voxels per voxel of this level, along every axis. */
  readonly stride: number;
}

/** What an encoder makes of a batch of images. The caller owns the tensors. */
export interface Features {
  /** One tensor per level, shallow to deep, [batch, ...spatial, channels]; the last is the bottleneck. */
  readonly pyramid: readonly Tensor[];
  /** The last layer's output, final pooling included; the bottleneck itself where there is none. After a global pooling [batch, channels]. */
  readonly output: Tensor;
  /** Global average of the bottleneck, [batch, channels]. */
  readonly pooled: Tensor;
}

/** A network that turns images into a pyramid of features. Tasks and heads see nothing else of it. */
export interface Encoder extends Disposable {
  readonly rank: Rank;
  /** Image channels it takes. */
  readonly channels: number;
  /** Levels of the pyramid, shallow to deep. */
  readonly levels: readonly EncoderLevel[];
  /** Channels and stride of `Features.output`; after a global pooling the stride is the bottleneck's. */
  readonly output: EncoderLevel;
  readonly weights: readonly Weight[];
  /** While true, normalisation layers use and keep their moving statistics even in training (Keras' `trainable = False`). */
  frozen: boolean;
  /** Takes [batch, ...spatial, channels]. */
  forward(images: Tensor, mode: Mode): Features;
  /**
   * Spatial size of `Features.output` for images of this size, both in voxels, [depth, height, width] or [height, width]; [] after a
   * global pooling. Computes nothing on the engine. Where an encoder lacks it, a forward pass has to tell.
   */
  outputSize?(imageSize: readonly number[]): number[];
}

/** One training example: named arrays without the batch axis. */
export type Example = Readonly<Record<string, NumericArray>>;

/** Examples stacked along a leading batch axis, on the engine. */
export interface Batch<E extends Example = Example> {
  readonly tensors: { readonly [Key in keyof E]: Tensor };
  /** The case each example came from. */
  readonly caseIds: readonly string[];
}

/** What one training or validation step returns. The caller owns the tensors. */
export interface StepResult {
  /** What is minimised. */
  readonly loss: Scalar;
  /** Named figures for the log, e.g. `accuracy`. */
  readonly metrics: Readonly<Record<string, Scalar>>;
}

/** Anything the training loop can train: a proxy task or a head, built on an encoder. */
export interface Trainable<E extends Example = Example> extends Disposable {
  /** Its own weights, without the encoder's. */
  readonly weights: readonly Weight[];
  /**
   * Examples without which a batch teaches nothing; default 1. Batch normalisation after a fully connected layer needs 2: of a single
   * example it leaves nothing but its offset.
   */
  readonly minimumBatchSize?: number;
  step(batch: Batch<E>, mode: Mode): StepResult;
  /**
   * What the network answers to inputs as they are, in inference mode, every input and the answer with a leading batch axis. Proxy
   * tasks take what the original's full models take; their packages say what that is. The caller owns the tensor.
   * @throws a coded error that names the shapes expected where others come
   */
  infer?(inputs: readonly Tensor[]): Tensor;
}
