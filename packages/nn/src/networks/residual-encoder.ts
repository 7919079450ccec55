import { defineEncoder, type Encoder, type EncoderPlugin, type EncoderRequest } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { z } from "zod";
import { wrongInputSize } from "../errors.js";
import { createConv, type ConvLayerOptions } from "../layers/conv-layer.js";
import { createInstanceNorm } from "../layers/instance-norm-layer.js";
import { createSequence, createStateless, disposeAll, type Layer } from "../layers/layer.js";
import { leakyRelu } from "../ops/activation.js";
import { averagePool } from "../ops/average-pool.js";
import { createPyramidEncoder } from "./pyramid-encoder.js";

/** nnU-Net's slope of the leaky ReLU. */
const SLOPE = 0.01;

/** Options of the residual encoder; both lists have an entry for each level, shallow to deep. */
export interface ResidualEncoderOptions {
  /** Channels. */
  filters: number[];
  /** Residual blocks. */
  blocks: number[];
  /**
   * How a block that halves the size shortens its way past: by a strided 1x1 convolution, or as nnU-Net by average pooling and,
   * where the channels change, a 1x1 convolution without bias.
   */
  shortcut: "strided" | "pooled";
  /** Zeros around strided convolutions: as TensorFlow the odd one behind, or as PyTorch on both sides. */
  padding: "same" | "symmetric";
}

/** Checks the options and fills in the defaults. */
export const residualEncoderOptions: z.ZodType<ResidualEncoderOptions> = z
  .strictObject({
    filters: z.array(z.int().min(1)).min(1).max(8).default([16, 32, 64, 128, 256]).describe("Channels of each level, shallow to deep"),
    blocks: z.array(z.int().min(1)).min(1).max(8).default([1, 2, 2, 2, 2]).describe("Residual blocks of each level, shallow to deep"),
    shortcut: z
      .enum(["strided", "pooled"])
      .default("strided")
      .describe("How a block that halves the size shortens its way past: a strided 1x1 convolution, or as nnU-Net average pooling before it"),
    padding: z
      .enum(["same", "symmetric"])
      .default("same")
      .describe("Zeros around strided convolutions: as TensorFlow the odd one behind, or as PyTorch on both sides"),
  })
  .refine(({ filters, blocks }) => filters.length === blocks.length, {
    message: "must have as many entries as filters, one for each level",
    path: ["blocks"],
  });

/**
 * Residual encoder in the style of nnU-Net's ResEnc (Isensee et al. 2024, arXiv:2404.09556): a stem, then per level residual
 * blocks of two convolutions with instance normalisation and leaky ReLU; the first block of a level halves the size by
 * its stride, and its shortcut is a strided 1x1 convolution (He et al. 2015, arXiv:1512.03385, option B).
 *
 * With pooled shortcuts (He et al. 2019, arXiv:1812.01187, ResNet-D) and symmetric padding it equals the `ResidualEncoder` of
 * dynamic-network-architectures that nnU-Net builds, and takes only sizes that are multiples of its largest stride.
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
  const { filters, blocks, shortcut, padding } = options;
  const divisor = 2 ** (filters.length - 1);
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
        padding,
        shortcut,
        imageVoxels: { stride: 2 ** (level - 1), divisor },
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

interface ResidualBlockOptions extends ResidualConvOptions, Pick<ResidualEncoderOptions, "shortcut"> {
  readonly strides: 1 | 2;
  /** For messages: the image's voxels per voxel of the block's input, and what the image's sizes must be multiples of. */
  readonly imageVoxels: { readonly stride: number; readonly divisor: number };
}

/** x to activation(shortcut(x) + norm(conv(activation(norm(conv(x)))))). */
function createResidualBlock({ shortcut: kind, imageVoxels, ...options }: ResidualBlockOptions): Layer {
  const { name, filters, random } = options;
  const branch = createSequence([
    createNormalised({ ...options, name: `${name}/conv1`, random: random.split("conv1") }),
    createActivation(),
    createNormalised({ ...options, name: `${name}/conv2`, inputChannels: filters, strides: 1, random: random.split("conv2") }),
  ]);
  const shortcut = createShortcut({ ...options, name: `${name}/shortcut`, kernelSize: 1, random: random.split("shortcut") }, kind);
  const pools = kind === "pooled" && options.strides > 1;
  const parts = shortcut === undefined ? [branch] : [branch, shortcut];
  return {
    weights: parts.flatMap((part) => part.weights),
    frozen: false,
    forward: (x, mode) => {
      if (pools) checkEven(x, imageVoxels);
      const sum = tf.tidy(() => tf.add(branch.forward(x, mode), shortcut === undefined ? x : shortcut.forward(x, mode)));
      return leakyRelu(sum, SLOPE);
    },
    dispose: () => disposeAll(parts),
  };
}

/** The way past a block; nothing where it is the input itself. */
function createShortcut(options: ResidualConvOptions, kind: ResidualEncoderOptions["shortcut"]): Layer | undefined {
  const { inputChannels, filters, strides = 1 } = options;
  if (kind === "strided") return inputChannels !== filters || strides !== 1 ? createNormalised(options) : undefined;
  const parts = [
    ...(strides === 1 ? [] : [createStateless((x) => averagePool(x, strides))]),
    ...(inputChannels === filters ? [] : [createNormalised({ ...options, strides: 1, bias: false })]),
  ];
  return parts.length === 0 ? undefined : createSequence(parts);
}

/** Pooling drops the last voxel of odd sizes, which the convolution beside it keeps. */
function checkEven(x: Tensor, { stride, divisor }: ResidualBlockOptions["imageVoxels"]): void {
  const size = x.shape.slice(1, -1);
  if (size.some((length) => length % 2 !== 0)) {
    throw wrongInputSize(size.map((length) => length * stride), divisor, "A residual encoder with pooled shortcuts");
  }
}
