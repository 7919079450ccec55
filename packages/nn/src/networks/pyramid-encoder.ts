import type { Encoder, EncoderLevel, Features, Mode, Rank } from "@ssl3d/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { wrongTensorShape } from "../errors.js";
import { disposeAll, type Layer } from "../layers/layer.js";
import { globalAveragePool } from "../ops/global-pool.js";

/** One level of an encoder. */
export interface PyramidStage extends EncoderLevel {
  /** Leads from the level above to this one, without being part of either. */
  readonly before: Layer | undefined;
  readonly block: Layer;
}

/** What a pyramid encoder is built from. */
export interface PyramidEncoderOptions {
  readonly rank: Rank;
  /** Image channels. */
  readonly channels: number;
  /** Shallow to deep; the last is the bottleneck. */
  readonly stages: readonly PyramidStage[];
  /** Halves the bottleneck's size into the encoder's output. */
  readonly finalPooling: Layer | undefined;
  /** What becomes of odd sizes on the way down: pooling drops the last voxel, strided convolutions keep it. */
  readonly oddSizes: "floor" | "ceil";
}

/** An encoder whose levels follow one another; each level's block gives one tensor of the pyramid. */
export function createPyramidEncoder({ rank, channels, stages, finalPooling, oddSizes }: PyramidEncoderOptions): Encoder {
  const layers = stages.flatMap(({ before, block }) => (before === undefined ? [block] : [before, block]));
  const levels = stages.map(({ channels, stride }): EncoderLevel => ({ channels, stride }));
  const bottleneck = levels[levels.length - 1] as EncoderLevel;
  const output = finalPooling === undefined ? bottleneck : { channels: bottleneck.channels, stride: bottleneck.stride * 2 };
  let frozen = false;
  return {
    rank,
    channels,
    levels,
    output,
    weights: layers.flatMap((layer) => layer.weights),
    get frozen() {
      return frozen;
    },
    set frozen(value: boolean) {
      frozen = value;
      for (const layer of layers) layer.frozen = value;
    },
    forward: (images, mode) => {
      if (images.shape.length !== rank + 2 || images.shape[rank + 1] !== channels) {
        throw wrongTensorShape("The encoder", `[batch, ${rank === 2 ? "" : "depth, "}height, width, ${channels}]`, images.shape);
      }
      return forward(stages, finalPooling, images, mode);
    },
    // rounding once, of the whole stride, is the same as at every halving
    outputSize: (imageSize) => imageSize.map((length) => Math[oddSizes](length / output.stride)),
    dispose: () => disposeAll(layers),
  };
}

function forward(stages: readonly PyramidStage[], finalPooling: Layer | undefined, images: Tensor, mode: Mode): Features {
  const pyramid: Tensor[] = [];
  for (const { before, block } of stages) {
    const input = pyramid[pyramid.length - 1] ?? images;
    pyramid.push(tf.tidy(() => block.forward(before === undefined ? input : before.forward(input, mode), mode)));
  }
  const bottleneck = pyramid[pyramid.length - 1] as Tensor;
  return {
    pyramid,
    output: finalPooling === undefined ? bottleneck : finalPooling.forward(bottleneck, mode),
    pooled: globalAveragePool(bottleneck),
  };
}
