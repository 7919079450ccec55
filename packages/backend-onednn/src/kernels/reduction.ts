import { Mean, Sum, util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { isLarge } from "./elementwise.js";
import { kernel, stock, type Kernel } from "./kernel.js";
import { sumNarrowRows, sumRows, type RowSum } from "./reduction-sums.js";

interface Attributes {
  readonly axis?: number | number[] | null;
  readonly keepDims?: boolean;
}

interface Inputs extends Record<string, TensorInfo> {
  readonly x: TensorInfo;
}

/** Sums and means of large float32 tensors over axes that lie side by side; they are float32 whatever is summed. */
export function reductionKernels(backend: OnednnBackend): Kernel[] {
  return [Sum, Mean].map((name) =>
    kernel<Inputs, Attributes>(
      name,
      (inputs, attributes) => (isLarge(inputs.x) ? sum(backend, inputs.x, attributes, name === Mean) : undefined) ?? stock(name, backend)(inputs, attributes),
    ),
  );
}

function sum(backend: OnednnBackend, x: TensorInfo, { axis, keepDims = false }: Attributes, isMean: boolean): TensorInfo | undefined {
  const axes = util.parseAxisParam(axis ?? x.shape.map((_, index) => index), x.shape);
  const split = splitAround(x.shape, axes);
  if (split === undefined) return undefined;
  const shape = x.shape.flatMap((size, index) => (axes.includes(index) ? (keepDims ? [1] : []) : [size]));
  const data = backend.dataOf(x);
  const factor = isMean ? 1 / split.rows : 1;
  return sumNarrowRows(backend, data, split, shape, factor) ?? sumRows(backend, data, split, shape, factor);
}

/** The axes before, along and behind the summed ones; undefined where those do not lie side by side. */
function splitAround(shape: readonly number[], axes: readonly number[]): RowSum | undefined {
  const kept = [1, 1] as [number, number];
  let rows = 1;
  let part: 0 | 1 = 0;
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const isSummed = axes.includes(axis);
    if (isSummed && part === 1) return undefined;
    if (isSummed) rows *= size;
    else {
      if (rows > 1) part = 1;
      kept[part] *= size;
    }
  }
  return { outer: kept[0], rows, channels: kept[1] };
}
