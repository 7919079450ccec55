import type { Disposable, Encoder, EncoderLevel, Features, Mode, Random, Weight } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { wrongInputSize } from "../errors.js";
import { createConv, createConvTranspose } from "../layers/conv-layer.js";
import { glorotUniform } from "../layers/initializers.js";
import { disposeAll, type Layer } from "../layers/layer.js";
import { concatChannels } from "../ops/concat-channels.js";
import { upsampleNearest } from "../ops/upsample-nearest.js";
import { createConvBlock } from "./conv-block.js";

/** What a U-Net decoder is built from. */
export interface UnetDecoderOptions {
  /** Any encoder that follows the contract; only its shape is looked at. */
  readonly encoder: Pick<Encoder, "rank" | "levels" | "output">;
  /** Channels of the result, e.g. classes. */
  readonly outputs: number;
  /** Default true. */
  readonly batchNorm?: boolean;
  /** Dropout rate between the two convolutions of a level. Default 0.5, as the original. */
  readonly dropout?: number;
  /** Computes each level's block again for its gradient: less memory, a third more time. Default false. */
  readonly recompute?: boolean;
  readonly random: Random;
}

/** A decoder from an encoder's features back to the images' resolution. */
export interface UnetDecoder extends Disposable {
  /** Layer by layer in the original's order: deepest level first, the output convolution last. */
  readonly weights: readonly Weight[];
  /** Bias of the output convolution, [outputs]; set it to the log of the class prior for a good start. */
  readonly outputBias: Weight;
  frozen: boolean;
  /** Logits [batch, ...spatial, outputs]: softmax is left to the loss or the caller. The features stay the caller's. */
  forward(features: Features, mode: Mode): Tensor;
}

/**
 * The original's decoder (`upconv_model`, `upconv_model_3d`): per level a transposed convolution, the encoder's features
 * of that level joined behind it, and a convolution block; last a 1x1 convolution. It starts from the encoder's output,
 * enlarged by nearest neighbours where a final pooling made it smaller than the bottleneck.
 */
export function createUnetDecoder(options: UnetDecoderOptions): UnetDecoder {
  const { encoder, outputs, batchNorm = true, dropout = 0.5, recompute = false, random } = options;
  const { rank, levels } = encoder;
  const bottleneck = levels[levels.length - 1] as EncoderLevel;
  const steps = levels.slice(0, -1).map((skip, level) => {
    const deeper = levels[level + 1] as EncoderLevel;
    const name = `level${level}`;
    const stream = random.split(name);
    return {
      level,
      up: createConvTranspose({
        name: `${name}/up`,
        rank,
        inputChannels: deeper.channels,
        filters: skip.channels,
        strides: deeper.stride / skip.stride,
        random: stream.split("up"),
      }),
      block: createConvBlock({ name, rank, inputChannels: 2 * skip.channels, filters: skip.channels, batchNorm, dropout, recompute, random: stream }),
    };
  });
  steps.reverse();
  const top = createConv({
    name: "output",
    rank,
    inputChannels: (levels[0] as EncoderLevel).channels,
    filters: outputs,
    kernelSize: 1,
    initializer: glorotUniform,
    random: random.split("output"),
  });
  const layers = [...steps.flatMap(({ up, block }) => [up, block]), top];
  const shrink = encoder.output.stride / bottleneck.stride;
  return {
    weights: layers.flatMap((layer) => layer.weights),
    outputBias: top.weights[1] as Weight,
    get frozen() {
      return layers.every((layer) => layer.frozen);
    },
    set frozen(value: boolean) {
      for (const layer of layers) layer.frozen = value;
    },
    forward: (features, mode) => {
      checkSizes(features, encoder);
      return tf.tidy(() => {
        const start = shrink === 1 ? features.output : upsampleNearest(features.output, shrink);
        const decoded = steps.reduce((value, { level, up, block }) => {
          const joined = joinSkip(up, value, features.pyramid[level] as Tensor, mode);
          if (value !== features.output) value.dispose();
          const next = block.forward(joined, mode);
          joined.dispose();
          return next;
        }, start);
        return top.forward(decoded, mode);
      });
    },
    dispose: () => disposeAll(layers),
  };
}

function joinSkip(up: Layer, value: Tensor, skip: Tensor, mode: Mode): Tensor {
  return tf.tidy(() => concatChannels(up.forward(value, mode), skip));
}

/** Floor pooling loses a voxel of odd sizes, which no doubling brings back. */
function checkSizes(features: Features, encoder: UnetDecoderOptions["encoder"]): void {
  const [shallow, level] = [features.pyramid[0] as Tensor, encoder.levels[0] as EncoderLevel];
  const size = shallow.shape.slice(1, -1).map((length) => length * level.stride);
  const fits = size.every((length, i) => (features.output.shape[i + 1] as number) * encoder.output.stride === length);
  if (!fits) throw wrongInputSize(size, encoder.output.stride);
}
