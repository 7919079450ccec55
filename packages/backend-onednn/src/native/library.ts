import koffi from "koffi";
import { QUERY, STATUS } from "./constants.js";
import { openPlatform, type Platform } from "./platform.js";

/** An address in the process: of memory, or of an object that belongs to the library. */
export type Pointer = bigint;
export const NULL: Pointer = 0n;

/** Sizes, strides and paddings as the library takes them. */
export type Sizes = readonly number[];

/** oneDNN's C API, as far as this engine uses it. A function that makes an object takes what comes behind its result pointer. */
export interface Library {
  readonly version: { readonly major: number; readonly minor: number; readonly patch: number };
  /** A bit set, see `INSTRUCTION_SET`. */
  readonly instructionSet: number;
  readonly platform: Platform;
  /** Sets the number of threads that compute; undefined where the library was built without OpenMP. */
  readonly setThreads: ((count: number) => void) | undefined;
  /** Calls a function whose first parameter receives the new object. Undefined where the library has no implementation. */
  make(name: Maker, ...values: readonly Value[]): Pointer | undefined;
  /** Calls a function that returns a status. @throws OneDnnError */
  call(name: Caller, ...values: readonly Value[]): void;
  /** What a primitive descriptor says of one of its memories; the pointer belongs to the descriptor. */
  memoryOf(primitiveDescriptor: Pointer, query: number, index: number): Pointer;
  sizeOf(memoryDescriptor: Pointer): number;
  sameLayout(one: Pointer, other: Pointer): boolean;
  /** Name of the implementation that a primitive descriptor stands for, such as "brgconv:avx2". */
  implementationOf(primitiveDescriptor: Pointer): string;
}

export type Value = Pointer | number | BigInt64Array;

/** A call of oneDNN that failed. */
export class OneDnnError extends Error {
  readonly status: number;
  constructor(name: string, status: number) {
    super(`oneDNN's ${name} failed with status ${status}${status === STATUS.outOfMemory ? " (out of memory)" : ""}.`);
    this.name = "OneDnnError";
    this.status = status;
  }
}

/** Types of parameters in the tables below. */
const TYPES: Readonly<Record<string, string>> = { p: "void *", i: "int", u: "uint", n: "size_t", f: "float", z: "int64_t *" };

/** Functions whose first parameter receives an object, with the types of those behind it. */
const MAKERS = {
  dnnl_engine_create: "i n",
  dnnl_stream_create: "p u",
  dnnl_memory_desc_create_with_tag: "i z i i",
  dnnl_memory_desc_create_with_strides: "i z i z",
  dnnl_memory_desc_clone: "p",
  dnnl_memory_create: "p p p",
  dnnl_primitive_create: "p",
  dnnl_primitive_attr_create: "",
  dnnl_post_ops_create: "",
  dnnl_reorder_primitive_desc_create: "p p p p p",
  dnnl_binary_primitive_desc_create: "p i p p p p",
  dnnl_eltwise_forward_primitive_desc_create: "p i i p p f f p",
  dnnl_eltwise_backward_primitive_desc_create: "p i p p p f f p p",
  dnnl_convolution_forward_primitive_desc_create: "p i i p p p p z z z z p",
  dnnl_convolution_backward_data_primitive_desc_create: "p i p p p z z z z p p",
  dnnl_convolution_backward_weights_primitive_desc_create: "p i p p p p z z z z p p",
  dnnl_batch_normalization_forward_primitive_desc_create: "p i p p f u p",
  dnnl_batch_normalization_backward_primitive_desc_create: "p i p p p f u p p",
  dnnl_pooling_forward_primitive_desc_create: "p i i p p z z z z z p",
  dnnl_pooling_backward_primitive_desc_create: "p i p p z z z z z p p",
  dnnl_softmax_forward_primitive_desc_create: "p i i p p i p",
  dnnl_matmul_primitive_desc_create: "p p p p p p",
  dnnl_resampling_forward_primitive_desc_create: "p i i z p p p",
  dnnl_lbr_gru_forward_primitive_desc_create: "p i i p p p p p p p u p",
  dnnl_lbr_gru_backward_primitive_desc_create: "p i i p p p p p p p p p p p p p p u p p",
} as const;
const CALLERS = {
  dnnl_primitive_execute: "p p i p",
  dnnl_memory_set_data_handle: "p p",
  dnnl_memory_destroy: "p",
  dnnl_memory_desc_destroy: "p",
  dnnl_primitive_destroy: "p",
  dnnl_primitive_desc_destroy: "p",
  dnnl_primitive_attr_destroy: "p",
  dnnl_post_ops_destroy: "p",
  dnnl_stream_destroy: "p",
  dnnl_engine_destroy: "p",
  dnnl_primitive_attr_set_scratchpad_mode: "p i",
  dnnl_primitive_attr_set_post_ops: "p p",
  dnnl_post_ops_append_sum: "p f i i",
  dnnl_post_ops_append_eltwise: "p i f f",
  dnnl_post_ops_append_binary: "p i p",
  dnnl_set_primitive_cache_capacity: "i",
} as const;
export type Maker = keyof typeof MAKERS;
export type Caller = keyof typeof CALLERS;

type Call = (...values: unknown[]) => unknown;

/**
 * Loads oneDNN from a file, or from the system's search path where `path` is a bare name.
 * @throws Error when it cannot be loaded, is not oneDNN, or not of version 3.
 */
export function openLibrary(path: string): Library {
  const platform = openPlatform();
  platform.pin(path);
  const handle = koffi.load(path);
  const result = koffi.out(koffi.pointer("void *"));
  const declare = (name: string, returns: string, parameters: unknown[]): Call =>
    handle.func(name, returns, parameters as string[]);
  const version = readVersion(declare("dnnl_version", "void *", []));
  if (version.major !== 3) throw new Error(`it is oneDNN ${version.major}.${version.minor}.${version.patch}; version 3 is needed`);
  const makers = mapTable(MAKERS, (name, parameters) => declare(name, "int", [result, ...typesOf(parameters)]));
  const callers = mapTable(CALLERS, (name, parameters) => declare(name, "int", typesOf(parameters)));
  const queryMemory = declare("dnnl_primitive_desc_query_md", "void *", ["void *", "int", "int"]);
  const queryText = declare("dnnl_primitive_desc_query", "int", ["void *", "int", "int", koffi.out(koffi.pointer("str"))]);
  const sizeOf = declare("dnnl_memory_desc_get_size", "size_t", ["void *"]);
  const same = declare("dnnl_memory_desc_equal", "int", ["void *", "void *"]);
  const setThreads = openMpFunction(handle, platform, "omp_set_num_threads", "void", ["int"]);
  const slot: [unknown] = [null];
  // Code that the library compiles does not survive a signal's handler on its stack: Ctrl-C, or a profiler, would corrupt memory.
  const undisturbed = (call: () => unknown): unknown => {
    platform.blockSignals();
    try {
      return call();
    } finally {
      platform.admitSignals();
    }
  };
  return {
    version,
    instructionSet: declare("dnnl_get_effective_cpu_isa", "int", [])() as number,
    platform,
    ...(setThreads === undefined ? { setThreads } : { setThreads: (count: number) => void setThreads(count) }),
    make: (name, ...values) => {
      const status = (name === "dnnl_primitive_create" ? undisturbed(() => makers[name](slot, ...values)) : makers[name](slot, ...values)) as number;
      if (status === STATUS.unimplemented) return undefined;
      if (status !== STATUS.success) throw new OneDnnError(name, status);
      return slot[0] as Pointer;
    },
    call: (name, ...values) => {
      const status = (name === "dnnl_primitive_execute" ? undisturbed(() => callers[name](...values)) : callers[name](...values)) as number;
      if (status !== STATUS.success) throw new OneDnnError(name, status);
    },
    memoryOf: (descriptor, query, index) => (queryMemory(descriptor, query, index) ?? NULL) as Pointer,
    sizeOf: (descriptor) => Number(sizeOf(descriptor)),
    sameLayout: (one, other) => same(one, other) === 1,
    implementationOf: (descriptor) => {
      const text: [unknown] = [null];
      queryText(descriptor, QUERY.implementation, 0, text);
      return String(text[0]);
    },
  };
}

/** A function of the OpenMP that the library is linked against, rather than of another one that happens to be installed. */
function openMpFunction(handle: ReturnType<typeof koffi.load>, platform: Platform, ...signature: [string, string, string[]]): Call | undefined {
  try {
    return handle.func(...signature);
  } catch {
    return platform.findOpenMp(...signature);
  }
}

function readVersion(ask: Call): Library["version"] {
  const [major, minor, patch] = koffi.decode(ask(), "int", 3) as [number, number, number];
  return { major, minor, patch };
}

function typesOf(parameters: string): string[] {
  return parameters === "" ? [] : parameters.split(" ").map((letter) => TYPES[letter] as string);
}

function mapTable<Name extends string, Value, Result>(
  table: Readonly<Record<Name, Value>>,
  map: (name: Name, value: Value) => Result,
): Record<Name, Result> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, map(name as Name, value as Value)])) as Record<Name, Result>;
}

/** Integers of 64 bits as a call takes them. */
export function toSizes(sizes: Sizes): BigInt64Array {
  return BigInt64Array.from(sizes, BigInt);
}
