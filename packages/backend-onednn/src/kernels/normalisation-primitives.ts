import type { TensorInfo } from "@tensorflow/tfjs-core";
import { NORMALISATION, PROPAGATION } from "../native/constants.js";
import { NULL, type Pointer } from "../native/library.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";
import { required } from "./kernel.js";
import { channelsLast } from "./layouts.js";

/** What a normalisation takes. */
export interface Forward {
  readonly x: TensorInfo;
  readonly scale: TensorInfo;
  readonly offset: TensorInfo;
}

/** What its gradient takes. */
export interface Backward {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
  readonly scale: TensorInfo;
}

/** What a normalisation by channel works on: [batch, voxels, channels], with statistics over all axes but the last. */
export interface Normalisation {
  readonly type: "float32" | "bf16";
  readonly batch: number;
  readonly voxels: number;
  readonly channels: number;
  readonly epsilon: number;
  /** Whether mean and variance are given, rather than computed from the values. */
  readonly given: boolean;
}

/** {source, scale, shift, mean, variance} -> destination; mean and variance are results too unless they are given. */
export function normalisationPrimitive(runtime: Runtime, n: Normalisation): Primitive {
  const primitive = runtime.primitive(`normalisation/${keyOf(n)}`, () => ({
    describe: (attributes) => describeForward(runtime, n, attributes),
  }));
  return required(primitive, "normalisation", keyOf(n));
}

/** {source, destinationGradient, mean, variance, scale} -> {sourceGradient, scaleGradient, shiftGradient} */
export function normalisationGradientPrimitive(runtime: Runtime, n: Normalisation): Primitive {
  const primitive = runtime.primitive(`normalisation gradient/${keyOf(n)}`, () => ({
    describe: (attributes) => {
      const layout = layoutOf(runtime, n);
      return runtime.withHint(describeForward(runtime, n, NULL), (forward) =>
        runtime.library.make(
          "dnnl_batch_normalization_backward_primitive_desc_create",
          ...[runtime.engine, PROPAGATION.backward, layout, layout, layout, n.epsilon, flagsOf(n), forward, attributes],
        ),
      );
    },
  }));
  return required(primitive, "normalisation gradient", keyOf(n));
}

/** [batch, ...rest, channels] as a normalisation sees it; of any rank from 2 on. */
export function sizesOf(shape: readonly number[]): Pick<Normalisation, "batch" | "voxels" | "channels"> {
  const voxels = shape.slice(1, -1).reduce((product, size) => product * size, 1);
  return { batch: shape.length < 2 ? 1 : (shape[0] as number), voxels, channels: shape[shape.length - 1] as number };
}

function describeForward(runtime: Runtime, n: Normalisation, attributes: Pointer): Pointer | undefined {
  const layout = layoutOf(runtime, n);
  return runtime.library.make(
    "dnnl_batch_normalization_forward_primitive_desc_create",
    ...[runtime.engine, PROPAGATION.forwardTraining, layout, layout, n.epsilon, flagsOf(n), attributes],
  );
}

function flagsOf({ given }: Normalisation): number {
  return NORMALISATION.useScale | NORMALISATION.useShift | (given ? NORMALISATION.useGivenStatistics : 0);
}

/** One row of all voxels, whatever their rank: the layout that oneDNN walks fastest, since it can split the row among threads. */
function layoutOf(runtime: Runtime, { type, batch, voxels, channels }: Normalisation): Pointer {
  return channelsLast(runtime, type, [batch, 1, voxels, channels]);
}

function keyOf({ type, batch, voxels, channels, epsilon, given }: Normalisation): string {
  return [type, batch, voxels, channels, epsilon, given].join();
}
