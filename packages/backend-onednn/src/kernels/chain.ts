import type { Block } from "../native/blocks.js";
import { ALGORITHM, ARGUMENT, BYTES, PROPAGATION, postOperandArgument, type DataType } from "../native/constants.js";
import type { Pointer } from "../native/library.js";
import type { PostOperation, Runtime } from "../native/runtime.js";
import { dense } from "./layouts.js";

/** A dense array that a chain reads or writes. */
export interface Operand {
  readonly block: Block;
  readonly type: DataType;
  readonly shape: readonly number[];
}

type Algorithm = keyof typeof ALGORITHM;

/** One step: a function of each value, or of it and that of an operand, whose axes of size 1 are repeated. */
export type Step = { readonly map: Algorithm; readonly alpha?: number; readonly beta?: number } | { readonly with: Algorithm; readonly operand: Operand };

/**
 * Runs steps on every value of a source in one pass over memory. A chain starts with an operand, or has a single step.
 * False, with nothing done, where the library has no compiled code for it; its reference code is no faster than tfjs'.
 */
export function runChain(runtime: Runtime, kind: string, source: Operand, steps: readonly [Step, ...Step[]], destination: Operand): boolean {
  const [first, ...rest] = steps;
  const layoutOf = ({ type, shape }: Operand): Pointer => dense(runtime, type, shape);
  const key = [keyOf(source), keyOf(destination), ...steps.map(keyOfStep)].join("/");
  const primitive = runtime.primitive(`${kind}/${key}`, () => ({
    describe: (attributes) => compiled(runtime, describe(runtime, layoutOf(source), first, layoutOf(destination), attributes)),
    postOperations: rest.map((step): PostOperation =>
      "map" in step
        ? { kind: "eltwise", algorithm: ALGORITHM[step.map], alpha: step.alpha ?? 0, beta: step.beta ?? 0 }
        : { kind: "binary", algorithm: ALGORITHM[step.with], operand: layoutOf(step.operand) },
    ),
  }));
  if (primitive === undefined) return false;
  runtime.run(primitive, [
    [ARGUMENT.source, source.block],
    ...("with" in first ? [[ARGUMENT.source1, first.operand.block] as const] : []),
    ...rest.flatMap((step, index) => ("with" in step ? [[postOperandArgument(index), step.operand.block] as const] : [])),
    [ARGUMENT.destination, destination.block],
  ]);
  return true;
}

/**
 * Lends constants as operands for the time of `use`: a number that changes from call to call is no reason to compile anew.
 * The operands have as many axes as `rank`.
 */
export function withConstants<Result>(runtime: Runtime, values: readonly number[], rank: number, use: (...operands: Operand[]) => Result): Result {
  const operands = values.map((value): Operand => {
    const block = runtime.pool.allocate(BYTES.float32);
    new Float32Array(block.buffer, 0, 1)[0] = value;
    return { block, type: "float32", shape: new Array<number>(rank).fill(1) };
  });
  try {
    return use(...operands);
  } finally {
    for (const { block } of operands) runtime.pool.release(block);
  }
}

function describe(runtime: Runtime, source: Pointer, first: Step, destination: Pointer, attributes: Pointer): Pointer | undefined {
  const { library, engine } = runtime;
  if ("with" in first) {
    const operand = dense(runtime, first.operand.type, first.operand.shape);
    return library.make("dnnl_binary_primitive_desc_create", engine, ALGORITHM[first.with], source, operand, destination, attributes);
  }
  const values = [PROPAGATION.forwardInference, ALGORITHM[first.map], source, destination, first.alpha ?? 0, first.beta ?? 0] as const;
  return library.make("dnnl_eltwise_forward_primitive_desc_create", engine, ...values, attributes);
}

/** The descriptor, unless it stands for the library's reference code. */
function compiled({ library }: Runtime, descriptor: Pointer | undefined): Pointer | undefined {
  if (descriptor === undefined || !library.implementationOf(descriptor).startsWith("ref")) return descriptor;
  library.call("dnnl_primitive_desc_destroy", descriptor);
  return undefined;
}

function keyOf({ type, shape }: Operand): string {
  return `${type} ${shape.join()}`;
}

function keyOfStep(step: Step): string {
  return "map" in step ? `${step.map} ${step.alpha ?? 0} ${step.beta ?? 0}` : `${step.with} ${keyOf(step.operand)}`;
}
