import { ALGORITHM, ARGUMENT, PROPAGATION, type DataType } from "../native/constants.js";
import { NULL, toSizes, type Pointer } from "../native/library.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";
import type { Block } from "../native/blocks.js";
import type { TensorData } from "../storage/tensor-data.js";
import { channelsLast, filterLayout, outputFirst } from "./layouts.js";
import { FUSED_RELU } from "./fused-relu.js";
import { weightsFor } from "./weights.js";

/** A convolution's shapes, all channels-last, and how it walks. */
export interface Convolution {
  readonly x: readonly number[];
  /** [...taps, in, out] */
  readonly filter: readonly number[];
  readonly y: readonly number[];
  readonly strides: readonly number[];
  /** Distance of neighbouring taps; 1 is dense. */
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** y = activation(x * filter + bias). */
export function forwardPrimitive(runtime: Runtime, c: Convolution, type: DataType, hasBias: boolean, relu: boolean): Primitive | undefined {
  return runtime.primitive(`convolution/${keyOf(c)}/${type}/${hasBias}/${relu}`, () => ({
    describe: (attributes) => describeForward(runtime, c, type, hasBias, attributes),
    postOperations: relu ? [FUSED_RELU] : [],
  }));
}

/** The gradient by x. */
export function dataGradientPrimitive(runtime: Runtime, c: Convolution, type: DataType): Primitive | undefined {
  return runtime.primitive(`convolution data gradient/${keyOf(c)}/${type}`, () => ({
    describe: (attributes) =>
      runtime.withHint(describeForward(runtime, c, type, false, NULL), (forward) =>
        runtime.library.make(
          "dnnl_convolution_backward_data_primitive_desc_create",
          ...[runtime.engine, ALGORITHM.convolution, channelsLast(runtime, type, c.x), anyFilter(runtime, c, type)],
          ...[channelsLast(runtime, type, c.y), ...walk(c), forward, attributes],
        ),
      ),
  }));
}

/** The gradients by the filter and, where asked for, the bias; float32 always. */
export function filterGradientPrimitive(runtime: Runtime, c: Convolution, type: DataType, hasBias: boolean): Primitive | undefined {
  return runtime.primitive(`convolution filter gradient/${keyOf(c)}/${type}/${hasBias}`, () => ({
    describe: (attributes) =>
      runtime.withHint(describeForward(runtime, c, type, false, NULL), (forward) =>
        runtime.library.make(
          "dnnl_convolution_backward_weights_primitive_desc_create",
          ...[runtime.engine, ALGORITHM.convolution, channelsLast(runtime, type, c.x), anyFilter(runtime, c, "float32")],
          ...[hasBias ? biasLayout(runtime, c) : NULL, channelsLast(runtime, type, c.y), ...walk(c), forward, attributes],
        ),
      ),
  }));
}

/** A filter in the layout that a primitive chose. */
export function filterFor(runtime: Runtime, primitive: Primitive, data: TensorData, shape: readonly number[]): Block {
  return weightsFor(runtime, primitive, ARGUMENT.weights, data, { layout: filterLayout(runtime, shape), key: shape.join() });
}

/** Everything about a convolution in one string. */
export function keyOf({ x, filter, y, strides, dilations, before, after }: Convolution): string {
  return [x, filter, y, strides, dilations, before, after].map((list) => list.join()).join(";");
}

function describeForward(runtime: Runtime, c: Convolution, type: DataType, hasBias: boolean, attributes: Pointer): Pointer | undefined {
  return runtime.library.make(
    "dnnl_convolution_forward_primitive_desc_create",
    ...[runtime.engine, PROPAGATION.forwardTraining, ALGORITHM.convolution, channelsLast(runtime, type, c.x)],
    ...[anyFilter(runtime, c, type), hasBias ? biasLayout(runtime, c) : NULL, channelsLast(runtime, type, c.y), ...walk(c), attributes],
  );
}

function anyFilter(runtime: Runtime, { filter }: Convolution, type: DataType): Pointer {
  return runtime.anyLayout(type, outputFirst(filter));
}

function biasLayout(runtime: Runtime, { filter }: Convolution): Pointer {
  return runtime.layout("float32", filter.slice(-1), [1]);
}

function walk({ strides, dilations, before, after }: Convolution): [BigInt64Array, BigInt64Array, BigInt64Array, BigInt64Array] {
  return [toSizes(strides), toSizes(dilations.map((dilation) => dilation - 1)), toSizes(before), toSizes(after)];
}

