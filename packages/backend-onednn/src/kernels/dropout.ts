import { KERNELS } from "@ssl3d/nn";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { ALGORITHM, ARGUMENT } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { floatTypeOf, kernel, required, type Kernel } from "./kernel.js";
import { dense } from "./layouts.js";

interface Attributes {
  readonly rate: number;
  readonly seed: number;
}

/** Dropout; its gradient is the same kernel. */
export function dropoutKernels(backend: OnednnBackend): Kernel[] {
  return [kernel<{ x: TensorInfo }, Attributes>(KERNELS.dropout, ({ x }, attributes) => dropout(backend, x, attributes))];
}

function dropout(backend: OnednnBackend, x: TensorInfo, { rate, seed }: Attributes): TensorInfo {
  const { runtime } = backend;
  const source = backend.dataOf(x);
  const type = floatTypeOf(source);
  const length = util.sizeFromShape(x.shape);
  const y = backend.output(x.shape, type);
  const key = `${type}/${length}/${rate}`;
  const values = dense(runtime, type, [length]);
  const primitive = runtime.primitive(`dropout/${key}`, () => ({
    describe: (attributes) =>
      runtime.library.make(
        "dnnl_binary_primitive_desc_create",
        ...[runtime.engine, ALGORITHM.mul, values, dense(runtime, "uint8", [length]), values, attributes],
      ),
    postOperations: [{ kind: "eltwise", algorithm: ALGORITHM.linear, alpha: 1 / (1 - rate), beta: 0 }],
  }));
  const mask = runtime.pool.allocate(length);
  fillMask(new Uint16Array(mask.buffer, 0, Math.ceil(length / 2)), rate, seed);
  runtime.run(required(primitive, "dropout", key), [
    [ARGUMENT.source, source.block(type)],
    [ARGUMENT.source1, mask],
    [ARGUMENT.destination, y.data.block()],
  ]);
  runtime.pool.release(mask);
  return y.info;
}

/** Which elements `KERNELS.dropout` keeps, in bytes of 0 or 1: two from one hash of their number. */
function fillMask(pairs: Uint16Array, rate: number, seed: number): void {
  const threshold = Math.round(rate * 65536);
  for (let i = 0; i < pairs.length; i++) {
    let word = (Math.imul(i, 0x9e3779b9) + seed) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    word ^= word >>> 16;
    // The sign of the difference tells which is larger, without a branch that nobody could predict.
    pairs[i] = (~((word & 0xffff) - threshold) >>> 31) | ((~((word >>> 16) - threshold) >>> 31) << 8);
  }
}
