import { KERNELS } from "@ssl3d/nn";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Block } from "../native/blocks.js";
import { ALGORITHM, ARGUMENT, BYTES } from "../native/constants.js";
import type { Runtime } from "../native/runtime.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { flowThroughStatistics, spreadGroups, statisticsOfGroups } from "./group-statistics.js";
import { floatTypeOf, kernel, required, type Kernel } from "./kernel.js";
import { dense } from "./layouts.js";
import { normalisationGradientPrimitive, normalisationPrimitive, sizesOf, type Backward, type Forward, type Normalisation } from "./normalisation-primitives.js";

interface Attributes {
  readonly epsilon: number;
  readonly groups: number;
}

/**
 * Normalisation of groups of channels, example by example. The library normalises single channels: an example is a batch of
 * its own, and groups of several channels take a second pass with statistics put together from those of the channels.
 */
export function groupNormKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<Forward, Attributes>(KERNELS.groupNorm, (inputs, attributes) => normalise(backend, inputs, attributes)),
    kernel<Backward, Attributes>(KERNELS.groupNormGrad, (inputs, attributes) => gradient(backend, inputs, attributes)),
  ];
}

function normalise(backend: OnednnBackend, { x, scale, offset }: Forward, { epsilon, groups }: Attributes): TensorInfo[] {
  const { runtime } = backend;
  const source = backend.dataOf(x);
  const type = floatTypeOf(source);
  const { batch, ...sizes } = sizesOf(x.shape);
  const y = backend.output(x.shape, type);
  const [mean, variance] = [backend.output([batch, groups]), backend.output([batch, groups])];
  const run = (n: Normalisation, means: Block, variances: Block): void =>
    forEachExample(n, batch, (values, statistics) =>
      runtime.run(normalisationPrimitive(runtime, n), [
        [ARGUMENT.source, source.block(type), values],
        [ARGUMENT.scale, backend.dataOf(scale).block("float32")],
        [ARGUMENT.shift, backend.dataOf(offset).block("float32")],
        [ARGUMENT.mean, means, statistics],
        [ARGUMENT.variance, variances, statistics],
        [ARGUMENT.destination, y.data.block(), values],
      ]),
    );
  const n = { type, batch: 1, ...sizes, epsilon };
  if (groups === sizes.channels) {
    run({ ...n, given: false }, mean.data.block(), variance.data.block());
  } else {
    const count = batch * sizes.channels;
    withChannels(runtime, count, (means, variances) => {
      run({ ...n, given: false }, means, variances);
      const channels = [floats(means, count), floats(variances, count)] as const;
      statisticsOfGroups(...channels, floats(mean.data.block(), batch * groups), floats(variance.data.block(), batch * groups));
      run({ ...n, given: true }, means, variances);
    });
  }
  return [y.info, mean.info, variance.info];
}

function gradient(backend: OnednnBackend, { x, dy, mean, variance, scale }: Backward, { epsilon, groups }: Attributes): TensorInfo[] {
  const { runtime } = backend;
  const source = backend.dataOf(x);
  const type = floatTypeOf(source);
  const { batch, ...sizes } = sizesOf(x.shape);
  const count = batch * sizes.channels;
  const dx = backend.output(x.shape, type);
  const [dscale, doffset] = [backend.output(scale.shape), backend.output(scale.shape)];
  const given = groups !== sizes.channels;
  const n = { type, batch: 1, ...sizes, epsilon, given };
  withChannels(runtime, count, (means, variances) =>
    withChannels(runtime, count, (scales, offsets) => {
      if (given) {
        spreadGroups(floats(backend.dataOf(mean).block("float32"), batch * groups), floats(means, count));
        spreadGroups(floats(backend.dataOf(variance).block("float32"), batch * groups), floats(variances, count));
      }
      forEachExample(n, batch, (values, statistics) =>
        runtime.run(normalisationGradientPrimitive(runtime, n), [
          [ARGUMENT.source, source.block(type), values],
          [ARGUMENT.destinationGradient, backend.dataOf(dy).block(type), values],
          [ARGUMENT.mean, given ? means : backend.dataOf(mean).block("float32"), statistics],
          [ARGUMENT.variance, given ? variances : backend.dataOf(variance).block("float32"), statistics],
          [ARGUMENT.scale, backend.dataOf(scale).block("float32")],
          [ARGUMENT.sourceGradient, dx.data.block(), values],
          [ARGUMENT.scaleGradient, scales, statistics],
          [ARGUMENT.shiftGradient, offsets, statistics],
        ]),
      );
      sumExamples(floats(scales, count), floats(dscale.data.block(), sizes.channels));
      sumExamples(floats(offsets, count), floats(doffset.data.block(), sizes.channels));
      if (!given) return;
      // With given statistics the gradient lacks what flows through them, which is x normalised, scaled and shifted.
      const perExample = { scales: floats(scales, count), offsets: floats(offsets, count), variances: floats(variances, count) };
      const scaleValues = floats(backend.dataOf(scale).block("float32"), sizes.channels);
      flowThroughStatistics({ scale: scaleValues, ...perExample }, { groups, epsilon, voxels: sizes.voxels });
      const flow = runtime.pool.allocate(sizes.voxels * sizes.channels * BYTES[type]);
      forEachExample(n, batch, (values, statistics) => {
        runtime.run(normalisationPrimitive(runtime, n), [
          [ARGUMENT.source, source.block(type), values],
          [ARGUMENT.scale, scales, statistics],
          [ARGUMENT.shift, offsets, statistics],
          [ARGUMENT.mean, means, statistics],
          [ARGUMENT.variance, variances, statistics],
          [ARGUMENT.destination, flow, 0],
        ]);
        addTo(runtime, n, flow, dx.data.block(), values);
      });
      runtime.pool.release(flow);
    }),
  );
  return [dx.info, dscale.info, doffset.info];
}

/** Adds an example's values to those that begin at a byte of `sum`. */
function addTo(runtime: Runtime, { type, voxels, channels }: Normalisation, values: Block, sum: Block, offset: number): void {
  const layout = dense(runtime, type, [voxels * channels]);
  const key = `${type}/${voxels * channels}`;
  const primitive = runtime.primitive(`sum of two/${key}`, () => ({
    describe: (attributes) =>
      runtime.library.make("dnnl_binary_primitive_desc_create", runtime.engine, ALGORITHM.add, layout, layout, layout, attributes),
  }));
  runtime.run(required(primitive, "sum", key), [
    [ARGUMENT.source, sum, offset],
    [ARGUMENT.source1, values],
    [ARGUMENT.destination, sum, offset],
  ]);
}

/** Calls with where an example's values and its channels' statistics begin, in bytes. */
function forEachExample({ type, voxels, channels }: Normalisation, batch: number, run: (values: number, statistics: number) => void): void {
  for (let i = 0; i < batch; i++) run(i * voxels * channels * BYTES[type], i * channels * BYTES.float32);
}

/** Two arrays of `count` numbers for as long as `use` runs. */
function withChannels(runtime: Runtime, count: number, use: (one: Block, other: Block) => void): void {
  const blocks = [runtime.pool.allocate(count * BYTES.float32), runtime.pool.allocate(count * BYTES.float32)] as const;
  use(...blocks);
  for (const block of blocks) runtime.pool.release(block);
}

function floats(block: Block, length: number): Float32Array {
  return new Float32Array(block.buffer, 0, length);
}

/** [batch, channels] summed to [channels]. */
function sumExamples(values: Float32Array, sums: Float32Array): void {
  sums.fill(0);
  values.forEach((value, i) => (sums[i % sums.length] = (sums[i % sums.length] as number) + value));
}
