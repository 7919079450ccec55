import {
  _FusedMatMul,
  Add,
  BatchMatMul,
  broadcast_util,
  Elu,
  LeakyRelu,
  Prelu,
  Relu,
  Relu6,
  Sigmoid,
  util,
  type KernelFunc,
  type NamedTensorInfoMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { Heap } from "../heap.js";
import type { Kernel } from "./kernel.js";

interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** tfjs' kernel for each activation that a fused product may end with. */
const ACTIVATIONS: Readonly<Record<string, string>> = { relu: Relu, relu6: Relu6, sigmoid: Sigmoid, elu: Elu, leakyrelu: LeakyRelu, prelu: Prelu };

/**
 * Matrix products. tfjs' own are wrong where a second factor is met again in another shape: they keep the packed factor by the
 * identity of its data, whatever its shape.
 */
export function matrixKernels(heap: Heap, stock: (name: string) => KernelFunc): Kernel[] {
  return [
    {
      kernelName: BatchMatMul,
      kernelFunc: ({ inputs, attrs }) => multiply(heap, inputs["a"]!, inputs["b"]!, attrs as unknown as Transposes),
    },
    {
      kernelName: _FusedMatMul,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const { a, b, bias, preluActivationWeights } = inputs as Record<"a" | "b", TensorInfo> & Partial<Record<"bias" | "preluActivationWeights", TensorInfo>>;
        const { activation, leakyreluAlpha, ...transposes } = attrs as unknown as Transposes & { activation: string; leakyreluAlpha?: number };
        const after = (name: string, operands: NamedTensorInfoMap): TensorInfo => {
          const kernelAttributes = name === LeakyRelu ? { alpha: leakyreluAlpha ?? 0.2 } : {};
          const result = stock(name)({ inputs: operands, attrs: kernelAttributes, backend }) as TensorInfo;
          heap.release(Object.values(operands)[0]!);
          return result;
        };
        let y = multiply(heap, a, b, transposes);
        if (bias != null) y = after(Add, { a: y, b: bias });
        if (activation === "linear") return y;
        const name = ACTIVATIONS[activation];
        if (name === undefined) throw new Error(`The activation "${activation}" cannot follow a matrix product on the wasm engine.`);
        return after(name, name === Prelu ? { x: y, alpha: preluActivationWeights! } : { x: y });
      },
    },
  ];
}

/** a b over the last two axes, the axes before them broadcast. */
function multiply(heap: Heap, a: TensorInfo, b: TensorInfo, { transposeA, transposeB }: Transposes): TensorInfo {
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [rows, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [bInner, columns] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  if (inner !== bInner) throw new Error(`Matrices of [${rows}, ${inner}] and [${bInner}, ${columns}] cannot be multiplied.`);
  const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const y = heap.output([...batch, rows, columns]);
  const aSteps: [number, number] = transposeA ? [4, 4 * rows] : [4 * inner, 4];
  heap.scratch(transposeB ? 4 * inner * columns : 0, (scratch) => {
    for (let i = 0; i < util.sizeFromShape(batch); i++) {
      const from = heap.address(a) + 4 * rows * inner * broadcastIndex(i, batch, aBatch);
      let by = heap.address(b) + 4 * inner * columns * broadcastIndex(i, batch, bBatch);
      if (transposeB) {
        heap.kernels.transpose(by, scratch, columns, inner);
        by = scratch;
      }
      heap.kernels.multiply(from, by, heap.address(y) + 4 * rows * columns * i, rows, inner, columns, ...aSteps);
    }
  });
  return y;
}

/** Where entry `index` of an array of `shape` comes from in one of `source`, whose missing axes and axes of 1 are repeated. */
function broadcastIndex(index: number, shape: readonly number[], source: readonly number[]): number {
  let [from, step] = [0, 1];
  for (let axis = 1; axis <= source.length; axis++) {
    const [size, length] = [shape[shape.length - axis]!, source[source.length - axis]!];
    if (length > 1) from += step * (index % size);
    step *= length;
    index = Math.floor(index / size);
  }
  return from;
}
