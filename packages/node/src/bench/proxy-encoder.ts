import { createRandom, type Encoder, type Mode, type Random, type Weight } from "@ssl3d/core";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { countOperations, encoderPositions, FIRST_KERNEL } from "./count-operations.js";

/** The encoder of the original's 3D proxy tasks, on cubes of one size. */
export interface ProxyEncoder {
  readonly encoder: Encoder;
  readonly random: Random;
  readonly mode: Mode;
  /** Numbers that it makes of a cube. */
  readonly outputs: number;
  /** [cubes, side, side, side, 1] to [cubes, outputs]. */
  readonly encode: (cubes: tf.Tensor) => tf.Tensor2D;
  /** Floating-point operations of a training step on so many cubes. */
  readonly countOperations: (cubes: number) => number;
}

/** Options of the published 3D runs: 16 filters, four levels and a bottleneck, max pooling behind it, dropout of 0.5. */
const PUBLISHED = unetEncoderOptions.parse({ filters: 16, levels: 4 });

/** The same for peers. */
export const PUBLISHED_SHAPE: { readonly filters: number; readonly levels: number } = { filters: PUBLISHED.filters, levels: PUBLISHED.levels };

/** Builds it for cubes with the given edge in voxels. */
export function createProxyEncoder(side: number): ProxyEncoder {
  const random = createRandom("bench");
  const encoder = unetEncoder.build({ rank: 3, channels: 1, options: PUBLISHED, random: random.split("encoder") });
  const mode = { training: true, random: random.split("dropout") } as const;
  const { channels, stride } = encoder.output;
  const outputs = channels * Math.floor(side / stride) ** 3;
  return {
    encoder,
    random,
    mode,
    outputs,
    encode: (cubes) => tf.tidy(() => tf.reshape(encoder.forward(cubes, mode).output, [-1, outputs])),
    countOperations: (cubes) =>
      countOperations(
        encoder.weights,
        (weight: Weight) => encoderPositions(weight, cubes, side),
        ({ name }) => name === FIRST_KERNEL,
      ),
  };
}
