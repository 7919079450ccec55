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
  /** Added to the variance in batch normalisation. Default 1e-3, as Keras. */
  readonly batchNormEpsilon?: number | undefined;
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
  /** {@link weights} without the output convolution's: what decoders of other outputs on the same encoder have in common. */
  readonly body: readonly Weight[];
  /** Bias of the output convolution, [outputs]; set it to the log of the class prior for a good start. */
  readonly outputBias: Weight;
  frozen: boolean;
  /** Logits [batch, ...spatial, outputs]: softmax is left to the loss or the caller. The features stay the caller's. */
  forward(features: Features, mode: Mode): Tensor;
}

/**
 * The original's decoder (`upconv_model`, `upconv_model_3d`): per level a transposed convolution, the encoder's features
 * of that level joined behind it, and a convolution block; last a 1x1 convolution. It starts from the encoder's output,
 * enlarged by nearest neighbours where a final pooling made it smaller than the bottleneck, or from the bottleneck where a
 * global pooling left no voxels. An encoder whose first level is smaller than the image, such as a ResNet, gets one more
 * step up, with nothing to join and half the channels.
 */
export function createUnetDecoder(options: UnetDecoderOptions): UnetDecoder {
  const { encoder, outputs, batchNorm = true, batchNormEpsilon, dropout = 0.5, recompute = false, random } = options;
  const { rank, levels } = encoder;
  const bottleneck = levels[levels.length - 1] as EncoderLevel;
  const createStep = (level: number | undefined, name: string, from: EncoderLevel, to: EncoderLevel): Step => {
    const stream = random.split(name);
    const inputChannels = level === undefined ? to.channels : 2 * to.channels;
    return {
      level,
      up: createConvTranspose({
        name: `${name}/up`,
        rank,
        inputChannels: from.channels,
        filters: to.channels,
        strides: from.stride / to.stride,
        random: stream.split("up"),
      }),
      block: createConvBlock({ name, rank, inputChannels, filters: to.channels, batchNorm, batchNormEpsilon, dropout, recompute, random: stream }),
    };
  };
  const steps = levels.slice(0, -1).map((skip, level) => createStep(level, `level${level}`, levels[level + 1] as EncoderLevel, skip));
  steps.reverse();
  const shallowest = levels[0] as EncoderLevel;
  const full = shallowest.stride === 1 ? shallowest : { channels: Math.ceil(shallowest.channels / 2), stride: 1 };
  if (full !== shallowest) steps.push(createStep(undefined, "full", shallowest, full));
  const top = createConv({
    name: "output",
    rank,
    inputChannels: full.channels,
    filters: outputs,
    kernelSize: 1,
    initializer: glorotUniform,
    random: random.split("output"),
  });
  const body = steps.flatMap(({ up, block }) => [up, block]);
  const layers = [...body, top];
  const shrink = encoder.output.stride / bottleneck.stride;
  return {
    weights: layers.flatMap((layer) => layer.weights),
    body: body.flatMap((layer) => layer.weights),
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
        const output = outputOf(features);
        const start = shrink === 1 ? output : upsampleNearest(output, shrink);
        const decoded = steps.reduce((value, { level, up, block }) => {
          const joined = joinSkip(up, value, level === undefined ? undefined : features.pyramid[level], mode);
          if (value !== output) value.dispose();
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

/** One step up: to a level of the pyramid, whose features are joined, or beyond the first. */
interface Step {
  readonly level: number | undefined;
  readonly up: Layer;
  readonly block: Layer;
}

function joinSkip(up: Layer, value: Tensor, skip: Tensor | undefined, mode: Mode): Tensor {
  return skip === undefined ? up.forward(value, mode) : tf.tidy(() => concatChannels(up.forward(value, mode), skip));
}

/** What the decoder starts from. */
function outputOf({ output, pyramid }: Features): Tensor {
  return output.rank === 2 ? (pyramid[pyramid.length - 1] as Tensor) : output;
}

/** Floor pooling loses a voxel of odd sizes, which no doubling brings back. */
function checkSizes(features: Features, encoder: UnetDecoderOptions["encoder"]): void {
  const [shallow, level] = [features.pyramid[0] as Tensor, encoder.levels[0] as EncoderLevel];
  const size = shallow.shape.slice(1, -1).map((length) => length * level.stride);
  const fits = size.every((length, i) => (outputOf(features).shape[i + 1] as number) * encoder.output.stride === length);
  if (!fits) throw wrongInputSize(size, encoder.output.stride);
}
