import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Axes, Convolution } from "./geometry.js";
import type { Heap } from "./heap.js";
import { writePass, layOut, type Pass } from "./pass.js";

/** Which tap of the source filter each tap of a pass is: `start + step * tap` along every axis. */
interface TapMap {
  readonly start: Axes;
  readonly step: Axes;
  /** Whether the source's last axis is the pass' input. */
  readonly transposed: boolean;
}

/** y = activation(convolution(x, filter) + bias), channels-last. */
export function convolutionForward(
  heap: Heap,
  convolution: Convolution,
  x: TensorInfo,
  filter: TensorInfo,
  y: TensorInfo,
  bias?: TensorInfo,
  relu = false,
): void {
  const { output, outChannels } = convolution;
  const pass: Pass = {
    ...convolution,
    outStep: stepsOf(output, outChannels),
    outBatchStep: volumeOf(output) * outChannels,
    bias: bias === undefined ? 0 : heap.address(bias),
    relu,
  };
  const taps: TapMap = { start: [0, 0, 0], step: [1, 1, 1], transposed: false };
  runPass(heap, pass, heap.address(x), filter, convolution.taps, taps, heap.address(y));
}

/**
 * Gradient of a convolution with respect to its input. The positions of dx that share a remainder modulo the stride meet the same
 * taps: each such phase is a stride-1 convolution of dy with the flipped, channel-swapped filter.
 */
export function convolutionInputGradient(heap: Heap, convolution: Convolution, dy: TensorInfo, filter: TensorInfo, dx: TensorInfo): void {
  const { input, inChannels, stride } = convolution;
  const steps = stepsOf(input, inChannels);
  const phases = [0, 1, 2].map((axis) => Array.from({ length: stride[axis]! }, (_, phase) => phaseOf(convolution, axis, phase)));
  if (phases.flat().some((phase) => phase.taps === 0)) heap.clear(dx);
  for (const depth of phases[0]!) {
    for (const height of phases[1]!) {
      for (const width of phases[2]!) {
        const axes = [depth, height, width];
        if (axes.some((phase) => phase.taps === 0 || phase.size === 0)) continue;
        const pick = (field: Exclude<keyof Phase, "index">): Axes => [depth[field], height[field], width[field]];
        const pass: Pass = {
          batch: convolution.batch,
          input: convolution.output,
          inChannels: convolution.outChannels,
          output: pick("size"),
          outChannels: inChannels,
          taps: pick("taps"),
          stride: [1, 1, 1],
          dilation: pick("dilation"),
          pad: pick("pad"),
          outStep: [steps[0] * stride[0], steps[1] * stride[1], steps[2] * stride[2]],
          outBatchStep: volumeOf(input) * inChannels,
          bias: 0,
          relu: false,
        };
        const offset = depth.index * steps[0] + height.index * steps[1] + width.index * steps[2];
        const taps: TapMap = { start: pick("start"), step: pick("step"), transposed: true };
        runPass(heap, pass, heap.address(dy), filter, convolution.taps, taps, heap.address(dx) + 4 * offset);
      }
    }
  }
}

/** Gradient of a convolution with respect to its filter. */
export function convolutionFilterGradient(heap: Heap, convolution: Convolution, x: TensorInfo, dy: TensorInfo, dfilter: TensorInfo): void {
  const { batch, output, outChannels } = convolution;
  heap.clear(dfilter);
  const voxels = batch * volumeOf(output);
  const paddedChannels = roundUp(outChannels, 4);
  const paddedBytes = paddedChannels === outChannels ? 0 : 4 * voxels * paddedChannels;
  heap.scratch(paddedBytes, (padded) => {
    if (paddedBytes > 0) heap.kernels.padChannels(heap.address(dy), padded, voxels, outChannels, paddedChannels);
    const pass: Pass = {
      ...convolution,
      outStep: stepsOf(output, paddedChannels),
      outBatchStep: volumeOf(output) * paddedChannels,
      bias: 0,
      relu: false,
    };
    const layout = layOut(pass, "gradient");
    heap.scratch(layout.bytes, (scratch) => {
      const input = heap.address(x);
      writePass(heap, scratch, pass, layout, input, heap.address(dfilter), paddedBytes > 0 ? padded : heap.address(dy));
      heap.kernels.filterGradient(scratch);
    });
  });
}

/** What one remainder modulo the stride means along one axis. */
interface Phase {
  /** The remainder. */
  readonly index: number;
  /** Positions of dx in this phase. */
  readonly size: number;
  readonly taps: number;
  /** First source tap and step from tap to tap. */
  readonly start: number;
  readonly step: number;
  readonly dilation: number;
  readonly pad: number;
}

function phaseOf(convolution: Convolution, axis: number, index: number): Phase {
  const [stride, dilation] = [convolution.stride[axis]!, convolution.dilation[axis]!];
  const [taps, pad] = [convolution.taps[axis]!, convolution.pad[axis]!];
  const size = Math.max(Math.ceil((convolution.input[axis]! - index) / stride), 0);
  const step = stride / greatestCommonDivisor(stride, dilation);
  let first = 0;
  while (first < step && (index + pad - first * dilation) % stride !== 0) first++;
  const count = first === step ? 0 : Math.max(Math.ceil((taps - first) / step), 0);
  const spacing = (step * dilation) / stride;
  const centre = (index + pad - first * dilation) / stride;
  return { index, size, taps: count, start: first + step * (count - 1), step: -step, dilation: spacing, pad: (count - 1) * spacing - centre };
}

function runPass(heap: Heap, pass: Pass, input: number, filter: TensorInfo, sourceTaps: Axes, map: TapMap, output: number): void {
  const layout = layOut(pass, "forward");
  const filterBytes = 4 * volumeOf(pass.taps) * pass.inChannels * packedChannels(pass.outChannels);
  heap.scratch(layout.bytes + filterBytes, (scratch) => {
    const packedFilter = scratch + layout.bytes;
    heap.kernels.packFilter(
      heap.address(filter),
      packedFilter,
      pass.inChannels,
      pass.outChannels,
      map.transposed ? 1 : 0,
      ...pass.taps,
      ...map.start,
      ...map.step,
      sourceTaps[1],
      sourceTaps[2],
    );
    writePass(heap, scratch, pass, layout, input, packedFilter, output);
    heap.kernels.convolve(scratch);
  });
}

/** Channels of a packed filter: panels of 8, the last one of 4 where that is enough. */
function packedChannels(channels: number): number {
  return roundUp(channels, 4) + (channels % 8 > 4 ? roundUp(channels, 8) - roundUp(channels, 4) : 0);
}

/** Floats from voxel to voxel along each axis of a channels-last array. */
function stepsOf(size: Axes, channels: number): Axes {
  return [size[1] * size[2] * channels, size[2] * channels, channels];
}

function volumeOf(size: Axes): number {
  return size[0] * size[1] * size[2];
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
