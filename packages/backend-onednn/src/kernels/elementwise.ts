import type { TensorInfo } from "@tensorflow/tfjs-core";
import { util } from "@tensorflow/tfjs-core";
import { ALGORITHM, ARGUMENT, PROPAGATION, type DataType } from "../native/constants.js";
import { NULL, type Pointer } from "../native/library.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { dense } from "./layouts.js";

/** Values from which a call of the library pays; below, a loop over the array is done before the library has started. */
const LARGE = 4096;

/** Whether a float32 tensor is large enough for the library. */
export function isLarge({ shape, dtype }: TensorInfo): boolean {
  return dtype === "float32" && util.sizeFromShape(shape) >= LARGE;
}

/** How a result computed from these tensors is stored: bf16 where one of the large ones is. */
export function resultType(backend: OnednnBackend, tensors: readonly TensorInfo[]): DataType {
  return tensors.some((tensor) => isLarge(tensor) && backend.dataOf(tensor).stored === "bf16") ? "bf16" : "float32";
}

/** The gradient of a function whose derivative can be told from its result: {destination, destinationGradient} -> sourceGradient. */
export function eltwiseGradientPrimitive(runtime: Runtime, size: number, type: DataType, algorithm: keyof typeof ALGORITHM, alpha: number): Primitive | undefined {
  const { library, engine } = runtime;
  const layout = dense(runtime, type, [size]);
  return runtime.primitive(`${algorithm} gradient/${size}/${type}/${alpha}`, () => ({
    describe: (attributes) =>
      runtime.withHint(describeEltwise(runtime, algorithm, layout, alpha, 0, NULL), (forward) => {
        const values = [engine, ALGORITHM[algorithm], layout, layout, layout, alpha, 0, forward, attributes] as const;
        return library.make("dnnl_eltwise_backward_primitive_desc_create", ...values);
      }),
  }));
}

/** dy * f'(x), of a function whose derivative is told from y = f(x). Undefined where the library cannot. */
export function gradientFromResult(backend: OnednnBackend, dy: TensorInfo, y: TensorInfo, algorithm: keyof typeof ALGORITHM, alpha = 0): TensorInfo | undefined {
  const type = resultType(backend, [dy, y]);
  const primitive = eltwiseGradientPrimitive(backend.runtime, util.sizeFromShape(y.shape), type, algorithm, alpha);
  if (primitive === undefined) return undefined;
  const dx = backend.output(y.shape, type);
  backend.runtime.run(primitive, [
    [ARGUMENT.destination, backend.dataOf(y).block(type)],
    [ARGUMENT.destinationGradient, backend.dataOf(dy).block(type)],
    [ARGUMENT.sourceGradient, dx.data.block()],
  ]);
  return dx.info;
}

function describeEltwise(runtime: Runtime, algorithm: keyof typeof ALGORITHM, layout: Pointer, alpha: number, beta: number, attributes: Pointer): Pointer | undefined {
  const values = [runtime.engine, PROPAGATION.forwardTraining, ALGORITHM[algorithm], layout, layout, alpha, beta, attributes] as const;
  return runtime.library.make("dnnl_eltwise_forward_primitive_desc_create", ...values);
}
