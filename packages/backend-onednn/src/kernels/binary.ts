import { Add, AddN, backend_util, Maximum, Minimum, Multiply, RealDiv, SquaredDifference, Sub, util, type TensorInfo } from "@tensorflow/tfjs-core";
import { BYTES, type ALGORITHM, type DataType } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { foldBroadcast, type BroadcastShapes } from "./binary-shapes.js";
import { runChain, type Operand, type Step } from "./chain.js";
import { isLarge, resultType } from "./elementwise.js";
import { kernel, stock, type Kernel } from "./kernel.js";

interface Operation {
  readonly name: string;
  readonly algorithm: keyof typeof ALGORITHM;
  /** What is left to do to the result. */
  readonly then?: readonly Step[];
  /** What is left to do where the operands were swapped. */
  readonly swapped?: readonly Step[];
}

const OPERATIONS: readonly Operation[] = [
  { name: Add, algorithm: "add" },
  { name: Multiply, algorithm: "mul" },
  { name: Sub, algorithm: "sub", swapped: [{ map: "linear", alpha: -1 }] },
  { name: RealDiv, algorithm: "div", swapped: [{ map: "pow", alpha: 1, beta: -1 }] },
  { name: SquaredDifference, algorithm: "sub", then: [{ map: "square" }] },
  { name: Maximum, algorithm: "max" },
  { name: Minimum, algorithm: "min" },
];

interface Pair extends Record<string, TensorInfo> {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/** Operations on two large float32 tensors, or on one and a smaller one that broadcasts to it; and sums of several. */
export function binaryKernels(backend: OnednnBackend): Kernel[] {
  return [
    ...OPERATIONS.map((operation) =>
      kernel<Pair, object>(operation.name, (inputs, attributes) => compute(backend, operation, inputs) ?? stock(operation.name, backend)(inputs, attributes)),
    ),
    kernel<TensorInfo[], object>(AddN, (inputs, attributes) => sum(backend, inputs) ?? stock(AddN, backend)(inputs as never, attributes)),
  ];
}

function compute(backend: OnednnBackend, { algorithm, then = [], swapped = [] }: Operation, { a, b }: Pair): TensorInfo | undefined {
  if (a.dtype !== "float32" || b.dtype !== "float32") return undefined;
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const isSwapped = !util.arraysEqual(a.shape, shape) && util.arraysEqual(b.shape, shape);
  const [x, other] = isSwapped ? [b, a] : [a, b];
  if (!isLarge(x) || !util.arraysEqual(x.shape, shape)) return undefined;
  const isExtreme = algorithm === "max" || algorithm === "min";
  // The library's extremes of NaN and a number are the second operand, so that x, which may be NaN, comes last.
  if (isExtreme && (isLarge(other) || (backend.dataOf(other).values as Float32Array).some(Number.isNaN))) return undefined;
  const type = resultType(backend, [x, other]);
  const fold = foldBroadcast(shape, other.shape);
  const source: Operand = { block: backend.dataOf(x).block(type), type, shape: fold.source };
  const repeat: Step[] = isExtreme ? [{ with: algorithm, operand: source }] : [];
  const result = backend.output(shape, type);
  const destination: Operand = { block: result.data.block(), type, shape: fold.source };
  // Small operands stay float32 where the library takes them beside bf16.
  for (const operandType of new Set([isLarge(other) ? type : "float32", type] as const)) {
    const isDone = withOperand(backend, other, fold, operandType, (operand) =>
      runChain(backend.runtime, algorithm, source, [{ with: algorithm, operand }, ...repeat, ...then, ...(isSwapped ? swapped : [])], destination),
    );
    if (isDone) return result.info;
  }
  backend.disposeIntermediateTensorInfo(result.info);
  return undefined;
}

function withOperand(backend: OnednnBackend, tensor: TensorInfo, { operand: shape, tiles }: BroadcastShapes, type: DataType, use: (operand: Operand) => boolean): boolean {
  const data = backend.dataOf(tensor);
  if (tiles === 1) return use({ block: data.block(type), type, shape });
  const length = util.sizeFromShape(tensor.shape);
  const block = backend.runtime.pool.allocate(length * tiles * BYTES[type]);
  const Values = type === "bf16" ? Uint16Array : Float32Array;
  const values = new Values(data.block(type).buffer, 0, length);
  const target = new Values(block.buffer, 0, length * tiles);
  const row = shape[shape.length - 1]! / tiles;
  for (let from = 0, to = 0; from < length; from += row) {
    for (let tile = 0; tile < tiles; tile++, to += row) target.set(values.subarray(from, from + row), to);
  }
  const isDone = use({ block, type, shape });
  backend.runtime.pool.release(block);
  return isDone;
}

/** One pass over all of them. */
function sum(backend: OnednnBackend, tensors: readonly TensorInfo[]): TensorInfo | undefined {
  const [first, ...rest] = tensors;
  if (first === undefined || rest.length === 0 || !tensors.every(isLarge)) return undefined;
  const type = resultType(backend, tensors);
  const shape = [util.sizeFromShape(first.shape)];
  const [source, ...others] = tensors.map((tensor): Operand => ({ block: backend.dataOf(tensor).block(type), type, shape })) as [Operand, ...Operand[]];
  const result = backend.output(first.shape, type);
  const steps = others.map((operand): Step => ({ with: "add", operand })) as [Step, ...Step[]];
  if (runChain(backend.runtime, "add", source, steps, { block: result.data.block(), type, shape })) return result.info;
  backend.disposeIntermediateTensorInfo(result.info);
  return undefined;
}
