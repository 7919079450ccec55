import { defineEncoder, type Encoder, type EncoderPlugin, type EncoderRequest } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import { createConv, type ConvLayerOptions } from "../layers/conv-layer.js";
import { createInstanceNorm } from "../layers/instance-norm-layer.js";
import { createSequence, createStateless, disposeAll, type Layer } from "../layers/layer.js";
import { leakyRelu } from "../ops/activation.js";
import { createPyramidEncoder } from "./pyramid-encoder.js";

/** nnU-Net's slope of the leaky ReLU. */
const SLOPE = 0.01;

/** Options of the residual encoder; both lists have an entry for each level, shallow to deep. */
export interface ResidualEncoderOptions {
  /** Channels. */
  filters: number[];
  /** Residual blocks. */
  blocks: number[];
}

/** Checks the options and fills in the defaults. */
export const residualEncoderOptions: z.ZodType<ResidualEncoderOptions> = z
  .strictObject({
    filters: z.array(z.int().min(1)).min(1).max(8).default([16, 32, 64, 128, 256]).describe("Channels of each level, shallow to deep"),
    blocks: z.array(z.int().min(1)).min(1).max(8).default([1, 2, 2, 2, 2]).describe("Residual blocks of each level, shallow to deep"),
  })
  .refine(({ filters, blocks }) => filters.length === blocks.length, {
    message: "must have as many entries as filters, one for each level",
    path: ["blocks"],
  });

/**
 * Residual encoder in the style of nnU-Net's ResEnc (Isensee et al. 2024, arXiv:2404.09556): a stem, then per level residual
 * blocks of two convolutions with instance normalisation and leaky ReLU; the first block of a level halves the size by
 * its stride, and its shortcut is a strided 1x1 convolution (He et al. 2015, arXiv:1512.03385, option B).
 */
export const residualEncoder: EncoderPlugin<"residual", ResidualEncoderOptions> = defineEncoder({
  name: "residual",
  summary: "Residual encoder as nnU-Net's ResEnc: instance normalisation, leaky ReLU, strided convolutions",
  ranks: [2, 3],
  options: residualEncoderOptions,
  references: ["arXiv:2404.09556", "arXiv:1512.03385"],
  build: buildResidualEncoder,
});

function buildResidualEncoder({ rank, channels, options, random }: EncoderRequest<ResidualEncoderOptions>): Encoder {
  const { filters, blocks } = options;
  const stages = filters.map((levelFilters, level) => {
    const name = `level${level}`;
    const stream = random.split(name);
    const shape = { rank, filters: levelFilters };
    const residualBlocks = Array.from({ length: blocks[level] ?? 1 }, (_, index) =>
      createResidualBlock({
        ...shape,
        name: `${name}/block${index + 1}`,
        inputChannels: index > 0 || level === 0 ? levelFilters : (filters[level - 1] as number),
        strides: index === 0 && level > 0 ? 2 : 1,
        random: stream.split(`block${index + 1}`),
      }),
    );
    if (level > 0) return { channels: levelFilters, stride: 2 ** level, before: undefined, block: createSequence(residualBlocks) };
    const stem = createNormalised({ ...shape, name: `${name}/stem`, inputChannels: channels, random: stream.split("stem") });
    return { channels: levelFilters, stride: 1, before: undefined, block: createSequence([stem, createActivation(), ...residualBlocks]) };
  });
  return createPyramidEncoder({ rank, channels, stages, finalPooling: undefined, oddSizes: "ceil" });
}

type ResidualConvOptions = Omit<ConvLayerOptions, "activation" | "initializer">;

function createNormalised(options: ResidualConvOptions): Layer {
  return createSequence([
    createConv(options),
    createInstanceNorm({ name: `${options.name}/norm`, channels: options.filters }),
  ]);
}

function createActivation(): Layer {
  return createStateless((x) => leakyRelu(x, SLOPE));
}

/** x to activation(shortcut(x) + norm(conv(activation(norm(conv(x)))))). */
function createResidualBlock(options: ResidualConvOptions): Layer {
  const { name, inputChannels, filters, strides = 1, random } = options;
  const branch = createSequence([
    createNormalised({ ...options, name: `${name}/conv1`, random: random.split("conv1") }),
    createActivation(),
    createNormalised({ ...options, name: `${name}/conv2`, inputChannels: filters, strides: 1, random: random.split("conv2") }),
  ]);
  const changesShape = inputChannels !== filters || strides !== 1;
  const shortcut = changesShape
    ? createNormalised({ ...options, name: `${name}/shortcut`, kernelSize: 1, random: random.split("shortcut") })
    : undefined;
  const parts = shortcut === undefined ? [branch] : [branch, shortcut];
  return {
    weights: parts.flatMap((part) => part.weights),
    frozen: false,
    forward: (x, mode) => {
      const sum = tf.tidy(() => tf.add(branch.forward(x, mode), shortcut === undefined ? x : shortcut.forward(x, mode)));
      return leakyRelu(sum, SLOPE);
    },
    dispose: () => disposeAll(parts),
  };
}
