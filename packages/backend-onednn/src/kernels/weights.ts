import type { Block } from "../native/blocks.js";
import type { Pointer } from "../native/library.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";
import type { TensorData } from "../storage/tensor-data.js";

/**
 * Weights in the layout that a primitive chose for an argument. They are reordered once for each such layout, whatever the primitives that
 * share it, and kept until the weights change.
 * @param plain their layout as tfjs has them, and a name of it
 */
export function weightsFor(runtime: Runtime, primitive: Primitive, argument: number, data: TensorData, plain: { layout: Pointer; key: string }): Block {
  const layout = primitive.layoutOf(argument);
  if (runtime.library.sameLayout(layout, plain.layout)) return data.block("float32");
  const number = runtime.numberOfLayout(primitive, argument);
  return data.copy(`layout/${number}`, () => {
    const copy = runtime.pool.allocate(primitive.bytesOf(argument));
    runtime.reorder(data.block("float32"), plain.layout, copy, layout, `weights/${plain.key}/${number}`);
    return copy;
  });
}
