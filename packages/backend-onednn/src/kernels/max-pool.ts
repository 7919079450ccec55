import type { TensorInfo } from "@tensorflow/tfjs-core";
import { ARGUMENT } from "../native/constants.js";
import type { Block } from "../native/blocks.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { keyOf, poolingGradientPrimitive, poolingPrimitive, type Pooling } from "./pooling-primitives.js";

/** Maxima over windows. Where each of them was is kept with the result, for the gradient. */
export function maxPool(backend: OnednnBackend, pooling: Pooling, x: TensorInfo): TensorInfo {
  const y = backend.output(pooling.y, pooling.type);
  y.data.copy(workspaceKey(pooling), () => poolInto(backend, pooling, x, y.data.block()));
  return y.info;
}

/** Gives dy to the first in C order of each window's maxima; y is the result of pooling x, from this engine or another. */
export function maxPoolGradient(backend: OnednnBackend, pooling: Pooling, { x, y, dy }: { x: TensorInfo; y: TensorInfo; dy: TensorInfo }): TensorInfo {
  const workspace = backend.dataOf(y).copy(workspaceKey(pooling), () => {
    const { pool } = backend.runtime;
    const maxima = pool.allocate(poolingPrimitive(backend.runtime, pooling, true).bytesOf(ARGUMENT.destination));
    const places = poolInto(backend, pooling, x, maxima);
    pool.release(maxima);
    return places;
  });
  const dx = backend.output(pooling.x, pooling.type);
  backend.runtime.run(poolingGradientPrimitive(backend.runtime, pooling), [
    [ARGUMENT.destinationGradient, backend.dataOf(dy).block(pooling.type)],
    [ARGUMENT.workspace, workspace],
    [ARGUMENT.sourceGradient, dx.data.block()],
  ]);
  return dx.info;
}

/** Returns the workspace. */
function poolInto(backend: OnednnBackend, pooling: Pooling, x: TensorInfo, maxima: Block): Block {
  const { runtime } = backend;
  const primitive = poolingPrimitive(runtime, pooling, true);
  const workspace = runtime.pool.allocate(primitive.bytesOf(ARGUMENT.workspace));
  runtime.run(primitive, [
    [ARGUMENT.source, backend.dataOf(x).block(pooling.type)],
    [ARGUMENT.destination, maxima],
    [ARGUMENT.workspace, workspace],
  ]);
  return workspace;
}

function workspaceKey(pooling: Pooling): string {
  return `workspace/${keyOf(pooling)}`;
}
