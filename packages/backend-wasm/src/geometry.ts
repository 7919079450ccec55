import { backend_util } from "@tensorflow/tfjs-core";

/** One value per spatial axis: depth, height, width. Images have depth 1. */
export type Axes = readonly [number, number, number];

/** A convolution of any rank, written as 3D. Sizes in voxels; `pad` is the padding before the first voxel. */
export interface Convolution {
  readonly batch: number;
  readonly input: Axes;
  readonly inChannels: number;
  readonly output: Axes;
  readonly outChannels: number;
  readonly taps: Axes;
  readonly stride: Axes;
  readonly dilation: Axes;
  readonly pad: Axes;
}

/** Attributes that tfjs' convolution kernels share. */
export interface ConvolutionAttributes {
  readonly strides: number | number[];
  readonly pad: "same" | "valid" | number | backend_util.ExplicitPadding;
  readonly dilations?: number | number[] | undefined;
  readonly dimRoundingMode?: "floor" | "round" | "ceil" | undefined;
}

/** Works out the geometry of a channels-last convolution from tfjs' shapes and attributes; the rank follows from the input. */
export function convolutionOf(inputShape: readonly number[], filterShape: readonly number[], attributes: ConvolutionAttributes): Convolution {
  const { strides, pad, dilations = 1, dimRoundingMode } = attributes;
  if (inputShape.length === 4) {
    const info = backend_util.computeConv2DInfo(
      inputShape as [number, number, number, number],
      filterShape as [number, number, number, number],
      strides as [number, number],
      dilations as [number, number],
      pad,
      dimRoundingMode,
    );
    return {
      batch: info.batchSize,
      input: [1, info.inHeight, info.inWidth],
      inChannels: info.inChannels,
      output: [1, info.outHeight, info.outWidth],
      outChannels: info.outChannels,
      taps: [1, info.filterHeight, info.filterWidth],
      stride: [1, info.strideHeight, info.strideWidth],
      dilation: [1, info.dilationHeight, info.dilationWidth],
      pad: [0, info.padInfo.top, info.padInfo.left],
    };
  }
  const info = backend_util.computeConv3DInfo(
    inputShape as [number, number, number, number, number],
    filterShape as [number, number, number, number, number],
    strides as [number, number, number],
    dilations as [number, number, number],
    pad as "same" | "valid" | number,
    false,
    "channelsLast",
    dimRoundingMode,
  );
  return {
    batch: info.batchSize,
    input: [info.inDepth, info.inHeight, info.inWidth],
    inChannels: info.inChannels,
    output: [info.outDepth, info.outHeight, info.outWidth],
    outChannels: info.outChannels,
    taps: [info.filterDepth, info.filterHeight, info.filterWidth],
    stride: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilation: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    pad: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
  };
}

/** The output's shape, [batch, ...spatial, channels], for inputs of `dimensions` axes. */
export function outputShapeOf(convolution: Convolution, dimensions: number): number[] {
  return [convolution.batch, ...convolution.output.slice(5 - dimensions), convolution.outChannels];
}

/** Attributes that tfjs' pooling kernels share. */
export interface PoolingAttributes {
  readonly filterSize: number | number[];
  readonly strides: number | number[];
  readonly pad: "same" | "valid" | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil" | undefined;
}

/** The windows of a pooling, as the geometry of a convolution that keeps the channels. */
export function poolingOf(shape: readonly number[], { filterSize, ...attributes }: PoolingAttributes): Convolution {
  const rank = shape.length - 2;
  const channels = shape[shape.length - 1]!;
  const sides = typeof filterSize === "number" ? Array.from({ length: rank }, () => filterSize) : filterSize;
  return convolutionOf(shape, [...sides, channels, channels], attributes);
}

/** Windows of `size` voxels a side that do not overlap. */
export function windowsOf(shape: readonly number[], size: number): Convolution {
  return poolingOf(shape, { filterSize: size, strides: size, pad: "valid" });
}
