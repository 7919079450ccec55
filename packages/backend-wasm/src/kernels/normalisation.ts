import { KERNELS } from "@ssl3d/nn";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "../heap.js";
import { kernel, type Kernel } from "./kernel.js";

/** What statistics are taken over: batch normalisation is one sample with a group per channel. */
interface Grouping {
  readonly samples: number;
  readonly groups: number;
  /** Shape of mean and variance. */
  readonly shape: readonly number[];
}

interface Normalised {
  readonly x: TensorInfo;
  readonly scale: TensorInfo;
}

type NormInputs = Normalised & { readonly offset: TensorInfo };
type GradInputs = Normalised & { readonly dy: TensorInfo; readonly mean: TensorInfo; readonly variance: TensorInfo };

/** Batch, group and instance normalisation, forward and backward. */
export function normalisationKernels(heap: Heap): Kernel[] {
  const overBatch = (x: TensorInfo): Grouping => ({ samples: 1, groups: channelsOf(x), shape: [channelsOf(x)] });
  const overGroups = (x: TensorInfo, groups: number): Grouping => ({ samples: x.shape[0]!, groups, shape: [x.shape[0]!, groups] });
  return [
    kernel(KERNELS.batchNorm, (inputs: NormInputs, { epsilon }: { epsilon: number }) =>
      normalise(heap, inputs, epsilon, overBatch(inputs.x)),
    ),
    kernel(KERNELS.batchNormGrad, (inputs: GradInputs, { epsilon }: { epsilon: number }) =>
      normaliseGradient(heap, inputs, epsilon, overBatch(inputs.x)),
    ),
    kernel(KERNELS.groupNorm, (inputs: NormInputs, { epsilon, groups }: { epsilon: number; groups: number }) =>
      normalise(heap, inputs, epsilon, overGroups(inputs.x, groups)),
    ),
    kernel(KERNELS.groupNormGrad, (inputs: GradInputs, { epsilon, groups }: { epsilon: number; groups: number }) =>
      normaliseGradient(heap, inputs, epsilon, overGroups(inputs.x, groups)),
    ),
    kernel(
      KERNELS.batchNormInference,
      (inputs: NormInputs & { mean: TensorInfo; variance: TensorInfo }, { epsilon }: { epsilon: number }) => [
        normaliseWith(heap, inputs, epsilon),
      ],
    ),
  ];
}

function normalise(heap: Heap, { x, scale, offset }: NormInputs, epsilon: number, grouping: Grouping): TensorInfo[] {
  const { samples, groups } = grouping;
  const [y, mean, variance] = [heap.output(x.shape), heap.output(grouping.shape), heap.output(grouping.shape)];
  const channels = channelsOf(x);
  const rows = util.sizeFromShape(x.shape) / channels / samples;
  const perGroup = channels / groups;
  heap.scratch(24 * channels, (scratch) => {
    const sums = heap.doubles(scratch, channels);
    const squares = heap.doubles(scratch + 8 * channels, channels);
    const factors = heap.floats(scratch + 16 * channels, channels);
    const offsets = heap.floats(scratch + 20 * channels, channels);
    const [scales, shifts] = [heap.floats(heap.address(scale), channels), heap.floats(heap.address(offset), channels)];
    const means = heap.floats(heap.address(mean), samples * groups);
    const variances = heap.floats(heap.address(variance), samples * groups);
    for (let sample = 0; sample < samples; sample++) {
      const start = 4 * sample * rows * channels;
      // The first voxel stands in for the mean, so that the squares do not swamp the variance.
      const origin = heap.floats(heap.address(x) + start, channels);
      sums.fill(0);
      squares.fill(0);
      heap.kernels.channelMoments(heap.address(x) + start, origin.byteOffset, rows, channels, sums.byteOffset, squares.byteOffset);
      for (let group = 0; group < groups; group++) {
        const range = [group * perGroup, (group + 1) * perGroup] as const;
        let total = 0;
        for (let c = range[0]; c < range[1]; c++) total += sums[c]! + rows * origin[c]!;
        const groupMean = total / (rows * perGroup);
        let deviation = 0;
        for (let c = range[0]; c < range[1]; c++) {
          const gap = groupMean - origin[c]!;
          deviation += squares[c]! - 2 * gap * sums[c]! + rows * gap * gap;
        }
        const groupVariance = Math.max(deviation / (rows * perGroup), 0);
        means[sample * groups + group] = groupMean;
        variances[sample * groups + group] = groupVariance;
        const inverse = 1 / Math.sqrt(groupVariance + epsilon);
        for (let c = range[0]; c < range[1]; c++) {
          factors[c] = scales[c]! * inverse;
          offsets[c] = shifts[c]! - groupMean * scales[c]! * inverse;
        }
      }
      heap.kernels.scaleChannels(heap.address(x) + start, factors.byteOffset, offsets.byteOffset, heap.address(y) + start, rows, channels);
    }
  });
  return [y, mean, variance];
}

function normaliseGradient(heap: Heap, inputs: GradInputs, epsilon: number, { samples, groups }: Grouping): TensorInfo[] {
  const { x, dy, mean, variance, scale } = inputs;
  const channels = channelsOf(x);
  const [dx, dscale, doffset] = [heap.output(x.shape), heap.output([channels]), heap.output([channels])];
  const rows = util.sizeFromShape(x.shape) / channels / samples;
  const perGroup = channels / groups;
  heap.clear(dscale);
  heap.clear(doffset);
  heap.scratch(32 * channels, (scratch) => {
    const sums = heap.doubles(scratch, channels);
    const products = heap.doubles(scratch + 8 * channels, channels);
    const [shifts, a, b, c] = [16, 20, 24, 28].map((at) => heap.floats(scratch + at * channels, channels)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const scales = heap.floats(heap.address(scale), channels);
    const means = heap.floats(heap.address(mean), samples * groups);
    const variances = heap.floats(heap.address(variance), samples * groups);
    const [dscales, doffsets] = [heap.floats(heap.address(dscale), channels), heap.floats(heap.address(doffset), channels)];
    for (let sample = 0; sample < samples; sample++) {
      const start = 4 * sample * rows * channels;
      const statistic = (channel: number): number => sample * groups + Math.floor(channel / perGroup);
      for (let channel = 0; channel < channels; channel++) shifts[channel] = means[statistic(channel)]!;
      sums.fill(0);
      products.fill(0);
      heap.kernels.channelProducts(
        heap.address(x) + start,
        shifts.byteOffset,
        heap.address(dy) + start,
        rows,
        channels,
        sums.byteOffset,
        products.byteOffset,
      );
      for (let group = 0; group < groups; group++) {
        const inverse = 1 / Math.sqrt(variances[sample * groups + group]! + epsilon);
        const range = [group * perGroup, (group + 1) * perGroup] as const;
        let meanGradient = 0;
        let meanProduct = 0;
        for (let channel = range[0]; channel < range[1]; channel++) {
          dscales[channel]! += products[channel]! * inverse;
          doffsets[channel]! += sums[channel]!;
          meanGradient += (scales[channel]! * sums[channel]!) / (rows * perGroup);
          meanProduct += (scales[channel]! * products[channel]! * inverse) / (rows * perGroup);
        }
        // dx = inverse * (scale * dy - meanGradient - normalised * meanProduct), sorted by dy, x and the rest.
        for (let channel = range[0]; channel < range[1]; channel++) {
          a[channel] = scales[channel]! * inverse;
          b[channel] = -inverse * inverse * meanProduct;
          c[channel] = inverse * (shifts[channel]! * inverse * meanProduct - meanGradient);
        }
      }
      heap.kernels.combineChannels(
        heap.address(dy) + start,
        heap.address(x) + start,
        a.byteOffset,
        b.byteOffset,
        c.byteOffset,
        heap.address(dx) + start,
        rows,
        channels,
      );
    }
  });
  return [dx, dscale, doffset];
}

function normaliseWith(heap: Heap, inputs: NormInputs & { mean: TensorInfo; variance: TensorInfo }, epsilon: number): TensorInfo {
  const { x } = inputs;
  const channels = channelsOf(x);
  const y = heap.output(x.shape);
  heap.scratch(8 * channels, (scratch) => {
    const [scales, shifts, means, variances] = [inputs.scale, inputs.offset, inputs.mean, inputs.variance].map((tensor) =>
      heap.floats(heap.address(tensor), channels),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const [factors, offsets] = [heap.floats(scratch, channels), heap.floats(scratch + 4 * channels, channels)];
    for (let c = 0; c < channels; c++) {
      const factor = scales[c]! / Math.sqrt(variances[c]! + epsilon);
      factors[c] = factor;
      offsets[c] = shifts[c]! - means[c]! * factor;
    }
    const rows = util.sizeFromShape(x.shape) / channels;
    heap.kernels.scaleChannels(heap.address(x), factors.byteOffset, offsets.byteOffset, heap.address(y), rows, channels);
  });
  return y;
}

function channelsOf(x: TensorInfo): number {
  return x.shape[x.shape.length - 1]!;
}
