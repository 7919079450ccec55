import { KERNELS } from "@ssl3d/nn";
import { backend_util, Conv2D, Conv2DBackpropFilter, Conv2DBackpropInput, Conv3D, Conv3DBackpropFilterV2, Conv3DBackpropInputV2, util, type TensorInfo } from "@tensorflow/tfjs-core";
import { ARGUMENT, BYTES } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { dataGradientPrimitive, filterFor, filterGradientPrimitive, forwardPrimitive, keyOf, type Convolution } from "./convolution-primitives.js";
import { filterGradientDetour } from "./filter-gradient-detours.js";
import { kernel, stock, type Kernel } from "./kernel.js";
import { filterLayout } from "./layouts.js";

interface Walk {
  readonly strides: number | number[];
  readonly pad: "same" | "valid" | number;
  readonly dilations?: number | number[];
  readonly dataFormat?: string;
}

type ConvBiasAttributes = Walk & { readonly activation: "linear" | "relu" };

/** Convolution in 2D and 3D, with bias and ReLU where asked for, and its gradients. */
export function convolutionKernels(backend: OnednnBackend): Kernel[] {
  const names = [
    { forward: Conv2D, data: Conv2DBackpropInput, filter: Conv2DBackpropFilter },
    { forward: Conv3D, data: Conv3DBackpropInputV2, filter: Conv3DBackpropFilterV2 },
  ];
  return [
    kernel<{ x: TensorInfo; filter: TensorInfo; bias: TensorInfo }, ConvBiasAttributes>(KERNELS.convBias, ({ x, filter, bias }, attributes) => {
      const y = forward(backend, geometryOf(x.shape, filter.shape, attributes), { x, filter, bias }, attributes.activation === "relu");
      if (y === undefined) throw new Error(`oneDNN has no convolution of [${x.shape.join(", ")}] with [${filter.shape.join(", ")}].`);
      return y;
    }),
    ...names.flatMap(({ forward: forwardName, data, filter: filterName }) => [
      kernel<{ x: TensorInfo; filter: TensorInfo }, Walk>(forwardName, ({ x, filter }, attributes) =>
        isOurs(attributes, x) ? (forward(backend, geometryOf(x.shape, filter.shape, attributes), { x, filter }, false) ?? stock(forwardName, backend)({ x, filter }, attributes)) : stock(forwardName, backend)({ x, filter }, attributes),
      ),
      kernel<{ dy: TensorInfo; filter: TensorInfo }, Walk & { inputShape: number[] }>(data, ({ dy, filter }, attributes) =>
        (isOurs(attributes, dy) ? dataGradient(backend, geometryOf(attributes.inputShape, filter.shape, attributes), dy, filter) : undefined) ?? stock(data, backend)({ dy, filter }, attributes),
      ),
      kernel<{ x: TensorInfo; dy: TensorInfo }, Walk & { filterShape: number[] }>(filterName, ({ x, dy }, attributes) =>
        (isOurs(attributes, x) ? filterGradient(backend, geometryOf(x.shape, attributes.filterShape, attributes), x, dy) : undefined) ?? stock(filterName, backend)({ x, dy }, attributes),
      ),
    ]),
  ];
}

function isOurs({ dataFormat }: Walk, { shape }: TensorInfo): boolean {
  return !(dataFormat?.startsWith("NC") ?? false) && util.sizeFromShape(shape) > 0;
}

function forward(backend: OnednnBackend, c: Convolution, inputs: { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo }, relu: boolean): TensorInfo | undefined {
  const { runtime, activationType: type } = backend;
  const { x, filter, bias } = inputs;
  const primitive = isPossible(c) ? forwardPrimitive(runtime, c, type, bias !== undefined, relu) : undefined;
  if (primitive === undefined) return undefined;
  const y = backend.output(c.y, type);
  runtime.run(primitive, [
    [ARGUMENT.source, backend.dataOf(x).block(type)],
    [ARGUMENT.weights, filterFor(runtime, primitive, backend.dataOf(filter), filter.shape)],
    ...(bias === undefined ? [] : [[ARGUMENT.bias, backend.dataOf(bias).block("float32")] as const]),
    [ARGUMENT.destination, y.data.block()],
  ]);
  return y.info;
}

function dataGradient(backend: OnednnBackend, c: Convolution, dy: TensorInfo, filter: TensorInfo): TensorInfo | undefined {
  const { runtime, activationType: type } = backend;
  const primitive = isPossible(c) ? dataGradientPrimitive(runtime, c, type) : undefined;
  if (primitive === undefined) return undefined;
  const dx = backend.output(c.x, type);
  runtime.run(primitive, [
    [ARGUMENT.destinationGradient, backend.dataOf(dy).block(type)],
    [ARGUMENT.weights, filterFor(runtime, primitive, backend.dataOf(filter), filter.shape)],
    [ARGUMENT.sourceGradient, dx.data.block()],
  ]);
  return dx.info;
}

function filterGradient(backend: OnednnBackend, c: Convolution, x: TensorInfo, dy: TensorInfo): TensorInfo | undefined {
  const { runtime, activationType: type } = backend;
  if (!isPossible(c)) return undefined;
  const direct = filterGradientPrimitive(runtime, c, type, false);
  const detour = filterGradientDetour(runtime, c, type, direct);
  const primitive = detour?.primitive ?? direct;
  if (primitive === undefined) return undefined;
  const [input, output] = c.filter.slice(-2) as [number, number];
  const channels = detour?.channels ?? input;
  const result = backend.output(c.filter);
  const layout = primitive.layoutOf(ARGUMENT.weightsGradient);
  // Of the whole filter, or of some of its input channels.
  const plain = filterLayout(runtime, c.filter.with(-2, channels), c.filter);
  const gradient = runtime.pool.allocate(primitive.bytesOf(ARGUMENT.weightsGradient));
  for (let first = 0; first < input; first += channels) {
    const source = detour?.prepare(backend.dataOf(x).block(type), first) ?? backend.dataOf(x).block(type);
    runtime.run(primitive, [
      [ARGUMENT.source, source],
      [ARGUMENT.destinationGradient, backend.dataOf(dy).block(type)],
      [ARGUMENT.weightsGradient, gradient],
    ]);
    if (detour !== undefined) runtime.pool.release(source);
    runtime.reorder(gradient, layout, result.data.block(), plain, `filter gradient/${keyOf(c)}/${type}`, first * output * BYTES.float32);
  }
  runtime.pool.release(gradient);
  return result.info;
}

function geometryOf(x: number[], filter: number[], { strides, pad, dilations = 1 }: Walk): Convolution {
  if (x.length === 4) {
    const size = x as [number, number, number, number];
    const info = backend_util.computeConv2DInfo(size, filter as [number, number, number, number], strides as number, dilations as number, pad);
    const { top, bottom, left, right } = info.padInfo;
    return {
      x, filter, y: info.outShape,
      strides: [info.strideHeight, info.strideWidth],
      dilations: [info.dilationHeight, info.dilationWidth],
      before: positive(top, left),
      after: positive(bottom, right),
    };
  }
  const size = x as [number, number, number, number, number];
  const info = backend_util.computeConv3DInfo(size, filter as [number, number, number, number, number], strides as number, dilations as number, pad);
  const { front, back, top, bottom, left, right } = info.padInfo;
  return {
    x, filter, y: info.outShape,
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    before: positive(front, top, left),
    after: positive(back, bottom, right),
  };
}

/** False where the result is empty. tfjs gives results of negative sizes, too, and of paddings given in pixels it gets some sizes wrong. */
function isPossible({ x, filter, y, strides, dilations, before, after }: Convolution): boolean {
  if (y.includes(0)) return false;
  const fits = strides.every((stride, axis) => {
    const span = (filter[axis]! - 1) * dilations[axis]! + 1;
    const room = x[axis + 1]! + before[axis]! + after[axis]! - span;
    return room >= 0 && Math.floor(room / stride) + 1 === y[axis + 1];
  });
  if (fits) return true;
  const walk = `strides ${strides.join(", ")}, dilations ${dilations.join(", ")} and padding of ${before.join(", ")} and ${after.join(", ")}`;
  throw new Error(`No convolution of an image [${x.join(", ")}] with a filter [${filter.join(", ")}], ${walk} gives a result [${y.join(", ")}]; is the filter larger than the image?`);
}

/** tfjs takes "same" padding of 3D filters shorter than their stride to be negative; TensorFlow adds nothing there. */
function positive(...padding: number[]): number[] {
  return padding.map((amount) => Math.max(amount, 0));
}
