import { createRandom, diceCrossEntropy, type Weight } from "@ssl3d/core";
import { createUnetDecoder, unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { countOperations, encoderPositions, FIRST_KERNEL } from "./count-operations.js";
import { noise, oneHotLabels } from "./noise.js";
import { createTrainingStep } from "./training-step.js";
import type { WorkloadPlan } from "./workload.js";

/** What may be set about the U-Net's training step. */
export interface UnetWorkloadOptions {
  /** Edge of the image, voxels. */
  readonly size: number;
  readonly batch: number;
  /** Channels of the first level. */
  readonly filters: number;
  /** Computes every block again for its gradient, which takes less memory. Default false. */
  readonly recompute?: boolean;
}

const CLASSES = 4;
const LEVELS = 4;

/**
 * A training step of the original's U-Net on random data: one channel in, four levels and a bottleneck, no dropout, four classes,
 * Dice and cross-entropy, Adam. tools/peers builds the same in PyTorch.
 */
export function unetWorkload({ size, batch, filters, recompute = false }: UnetWorkloadOptions): WorkloadPlan {
  return {
    name: `unet-${size}${recompute ? "-recompute" : ""}`,
    summary: `the original's U-Net, ${filters} filters, ${size}^3, batch ${batch}${recompute ? ", blocks computed again for their gradients" : ""}`,
    // Peers keep all activations.
    ...(!recompute && { network: { name: "unet", size, batch, filters, levels: LEVELS, classes: CLASSES } }),
    build: () => {
      const random = createRandom("bench");
      const options = unetEncoderOptions.parse({ filters, levels: LEVELS, pooling: "none", dropout: 0, recompute });
      const encoder = unetEncoder.build({ rank: 3, channels: 1, options, random: random.split("encoder") });
      const decoder = createUnetDecoder({ encoder, outputs: CLASSES, dropout: 0, recompute, random: random.split("decoder") });
      const images = noise([batch, size, size, size, 1]);
      const truth = oneHotLabels([batch, size, size, size], CLASSES);
      const mode = { training: true, random } as const;
      const first = encoder.weights.find(({ name }) => name === FIRST_KERNEL);
      const positions = (weight: Weight): number => encoderPositions(weight, batch, size);
      return createTrainingStep({
        weights: [...encoder.weights, ...decoder.weights],
        operations:
          countOperations(encoder.weights, positions, (weight) => weight === first) +
          countOperations(decoder.weights, (weight) => decoderPositions(weight, batch, size)),
        loss: () => diceCrossEntropy(truth, decoder.forward(encoder.forward(images, mode), mode)),
        owned: [images, truth, decoder, encoder],
      });
    },
  };
}

/** The transposed convolution of a level meets every voxel of the deeper level; the output convolution every voxel of the image. */
function decoderPositions(weight: Weight, batch: number, size: number): number {
  if (weight.name.startsWith("output/")) return batch * size ** 3;
  const positions = encoderPositions(weight, batch, size);
  return weight.name.includes("/up/") ? positions / 8 : positions;
}
