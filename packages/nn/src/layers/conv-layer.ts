import type { Random, Rank } from "@ssl3d/core";
import { convBias } from "../ops/conv.js";
import { convTranspose } from "../ops/conv-transpose.js";
import { glorotUniform, heNormal, type Initializer } from "./initializers.js";
import { createWeight, createWeighted, type Layer } from "./layer.js";

/** What a convolution layer is built from. */
export interface ConvLayerOptions {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly rank: Rank;
  readonly inputChannels: number;
  readonly filters: number;
  /** Edge of the filter, voxels. Default 3. */
  readonly kernelSize?: number;
  /** Default 1. */
  readonly strides?: number;
  /** Default "linear". */
  readonly activation?: "linear" | "relu";
  /** Of the kernel; the bias starts at zero. Default he_normal. */
  readonly initializer?: Initializer;
  readonly random: Random;
}

/** Convolution with bias, "same" padding. Kernel [k..., in, out]. */
export function createConv(options: ConvLayerOptions): Layer {
  const { name, rank, inputChannels, filters, strides = 1, activation = "linear" } = options;
  const shape = [...new Array<number>(rank).fill(options.kernelSize ?? 3), inputChannels, filters];
  const kernel = createWeight(`${name}/kernel`, shape, (options.initializer ?? heNormal)(shape, options.random));
  const bias = createWeight(`${name}/bias`, [filters], new Float32Array(filters));
  return createWeighted([kernel, bias], (x) => convBias(x, kernel.variable, bias.variable, { strides, activation }));
}

/** What a transposed convolution layer is built from. */
export interface ConvTransposeLayerOptions {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly rank: Rank;
  readonly inputChannels: number;
  readonly filters: number;
  /** Output voxels per input voxel, and the edge of the filter. Default 2. */
  readonly strides?: number;
  readonly random: Random;
}

/** Transposed convolution with bias whose filter is as long as its stride, glorot_uniform. Kernel [k..., out, in]. */
export function createConvTranspose(options: ConvTransposeLayerOptions): Layer {
  const { name, rank, inputChannels, filters, strides = 2, random } = options;
  const shape = [...new Array<number>(rank).fill(strides), filters, inputChannels];
  const kernel = createWeight(`${name}/kernel`, shape, glorotUniform(shape, random));
  const bias = createWeight(`${name}/bias`, [filters], new Float32Array(filters));
  return createWeighted([kernel, bias], (x) => convTranspose(x, kernel.variable, { strides }, bias.variable));
}
