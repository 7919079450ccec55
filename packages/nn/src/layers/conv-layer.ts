import type { Random, Rank } from "@ssl3d/core";
import { conv, convBias } from "../ops/conv.js";
import type { Padding } from "../ops/conv-geometry.js";
import { convTranspose } from "../ops/conv-transpose.js";
import { perAxis } from "../ops/shape.js";
import { glorotUniform, heNormal, type Initializer } from "./initializers.js";
import { createWeight, createWeighted, type Layer } from "./layer.js";

/** What a convolution layer is built from. */
export interface ConvLayerOptions {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly rank: Rank;
  readonly inputChannels: number;
  readonly filters: number;
  /** Edges of the filter, voxels; a number holds for every axis. Default 3. */
  readonly kernelSize?: number | readonly number[];
  /** Default 1. */
  readonly strides?: number;
  /** Default "same". */
  readonly padding?: Padding;
  /** Default true. */
  readonly bias?: boolean;
  /** Default "linear"; "relu" needs a bias. */
  readonly activation?: "linear" | "relu";
  /** Of the kernel; the bias starts at zero. Default he_normal. */
  readonly initializer?: Initializer;
  readonly random: Random;
}

/** Convolution, by default with bias and "same" padding. Kernel [k..., in, out]. */
export function createConv(options: ConvLayerOptions): Layer {
  const { name, rank, inputChannels, filters, kernelSize = 3, strides = 1, padding = "same", activation = "linear" } = options;
  const shape = [...perAxis(kernelSize, rank), inputChannels, filters];
  const kernel = createWeight(`${name}/kernel`, shape, (options.initializer ?? heNormal)(shape, options.random));
  if (options.bias === false) return createWeighted([kernel], (x) => conv(x, kernel.variable, { strides, padding }));
  const bias = createWeight(`${name}/bias`, [filters], new Float32Array(filters));
  return createWeighted([kernel, bias], (x) => convBias(x, kernel.variable, bias.variable, { strides, padding, activation }));
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
