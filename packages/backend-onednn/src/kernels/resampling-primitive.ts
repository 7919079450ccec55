import { ALGORITHM, PROPAGATION } from "../native/constants.js";
import { NULL, type Pointer } from "../native/library.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";
import { required } from "./kernel.js";

/** Repeats voxels: {source} -> {destination}, of layouts whose sizes are whole multiples. `key` names both. */
export function repetitionPrimitive(runtime: Runtime, key: string, from: Pointer, to: Pointer): Primitive {
  const primitive = runtime.primitive(`upsampling/${key}`, () => ({
    describe: (attributes) =>
      runtime.library.make(
        "dnnl_resampling_forward_primitive_desc_create",
        ...[runtime.engine, PROPAGATION.forwardInference, ALGORITHM.resampleNearest, NULL, from, to, attributes],
      ),
  }));
  return required(primitive, "upsampling", key);
}
