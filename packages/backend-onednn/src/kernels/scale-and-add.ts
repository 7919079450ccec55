import type { Block } from "../native/blocks.js";
import { ALGORITHM, ARGUMENT, postOperandArgument } from "../native/constants.js";
import type { Runtime } from "../native/runtime.js";
import { required } from "./kernel.js";
import { channelsLast } from "./layouts.js";
import type { Normalisation } from "./normalisation-primitives.js";

/** Adds factor * x + offset to a sum; x and the sum are [batch, voxels, channels], factors and offsets [batch, channels] in float32. */
export function scaleAndAdd(
  runtime: Runtime,
  { type, batch, voxels, channels }: Pick<Normalisation, "type" | "batch" | "voxels" | "channels">,
  { x, factors, offsets, sum }: { readonly x: Block; readonly factors: Block; readonly offsets: Block; readonly sum: Block },
): void {
  const key = [type, batch, voxels, channels].join();
  const values = channelsLast(runtime, type, [batch, 1, voxels, channels]);
  const perChannel = channelsLast(runtime, "float32", [batch, 1, 1, channels]);
  const primitive = runtime.primitive(`scale and add/${key}`, () => ({
    describe: (attributes) =>
      runtime.library.make("dnnl_binary_primitive_desc_create", runtime.engine, ALGORITHM.mul, values, perChannel, values, attributes),
    postOperations: [
      { kind: "binary", algorithm: ALGORITHM.add, operand: perChannel },
      { kind: "sum", scale: 1 },
    ],
  }));
  runtime.run(required(primitive, "product", key), [
    [ARGUMENT.source, x],
    [ARGUMENT.source1, factors],
    [postOperandArgument(0), offsets],
    [ARGUMENT.destination, sum],
  ]);
}
