import { ALGORITHM, PROPAGATION } from "../native/constants.js";
import { NULL, toSizes, type Pointer } from "../native/library.js";
import type { Primitive } from "../native/primitive.js";
import type { PostOperation, Runtime } from "../native/runtime.js";
import { required } from "./kernel.js";
import { channelsLast } from "./layouts.js";

/** A pooling's shapes, [batch, ...spatial, channels], and how its window walks. */
export interface Pooling {
  readonly kind: "max" | "average" | "averageWithoutPadding";
  readonly type: "float32" | "bf16";
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const ALGORITHMS = { max: ALGORITHM.poolMax, average: ALGORITHM.poolAverage, averageWithoutPadding: ALGORITHM.poolAverageWithoutPadding } as const;

/**
 * {source} -> {destination}, and in training of maxima the workspace, which remembers where each of them was.
 * @param factor the result is multiplied by it
 */
export function poolingPrimitive(runtime: Runtime, p: Pooling, training: boolean, factor = 1): Primitive {
  const postOperations: PostOperation[] = factor === 1 ? [] : [{ kind: "eltwise", algorithm: ALGORITHM.linear, alpha: factor, beta: 0 }];
  const primitive = runtime.primitive(`pooling/${keyOf(p)}/${training}/${factor}`, () => ({
    describe: (attributes) => describeForward(runtime, p, training, attributes),
    postOperations,
  }));
  return required(primitive, "pooling", keyOf(p));
}

/** {destinationGradient, and for maxima the workspace} -> {sourceGradient} */
export function poolingGradientPrimitive(runtime: Runtime, p: Pooling): Primitive {
  const primitive = runtime.primitive(`pooling gradient/${keyOf(p)}`, () => ({
    describe: (attributes) =>
      runtime.withHint(describeForward(runtime, p, true, NULL), (forward) =>
        runtime.library.make(
          "dnnl_pooling_backward_primitive_desc_create",
          ...[runtime.engine, ALGORITHMS[p.kind], ...shapes(runtime, p), forward, attributes],
        ),
      ),
  }));
  return required(primitive, "pooling gradient", keyOf(p));
}

/** Everything about a pooling in one string. */
export function keyOf({ kind, type, x, y, window, strides, before, after }: Pooling): string {
  return [kind, type, ...[x, y, window, strides, before, after].map((list) => list.join())].join(";");
}

function describeForward(runtime: Runtime, p: Pooling, training: boolean, attributes: Pointer): Pointer | undefined {
  return runtime.library.make(
    "dnnl_pooling_forward_primitive_desc_create",
    ...[runtime.engine, training ? PROPAGATION.forwardTraining : PROPAGATION.forwardInference, ALGORITHMS[p.kind]],
    ...[...shapes(runtime, p), attributes],
  );
}

type Shapes = [x: Pointer, y: Pointer, strides: BigInt64Array, window: BigInt64Array, dilations: BigInt64Array, before: BigInt64Array, after: BigInt64Array];

function shapes(runtime: Runtime, { type, x, y, window, strides, before, after }: Pooling): Shapes {
  const layouts = [channelsLast(runtime, type, x), channelsLast(runtime, type, y)] as const;
  return [...layouts, toSizes(strides), toSizes(window), toSizes(window.map(() => 0)), toSizes(before), toSizes(after)];
}
