import type { NamedAttrMap, NamedTensorInfoMap, Tensor, TensorInfo } from "@tensorflow/tfjs-core";

/** The name under which tfjs-node registers its backend. */
export const BACKEND_NAME = "tensorflow";

/** An attribute of a TensorFlow operation. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What is used of tfjs-node's NodeJSKernelBackend. */
export interface TensorflowBackend {
  readonly isUsingGpuDevice: boolean;
  /** Numbers that stand for the types of attributes and of tensors' elements. */
  readonly binding: Readonly<Record<"TF_ATTR_TYPE" | "TF_ATTR_INT" | "TF_ATTR_FLOAT" | "TF_ATTR_BOOL" | "TF_ATTR_STRING" | "TF_FLOAT" | "TF_INT32", number>>;
  executeSingleOutput(operation: string, attributes: readonly Attribute[], inputs: readonly TensorInfo[]): Tensor;
  executeMultipleOutputs(operation: string, attributes: readonly Attribute[], inputs: readonly TensorInfo[], outputs: number): Tensor[];
}

/** TensorFlow operations on float32 tensors, with attributes as plain values. */
export class Operations {
  readonly #backend: TensorflowBackend;

  constructor(backend: TensorflowBackend) {
    this.#backend = backend;
  }

  /** Runs an operation with one output. */
  one(operation: string, inputs: readonly TensorInfo[], attributes: Attributes = {}): Tensor {
    return this.#backend.executeSingleOutput(operation, this.#encode(attributes), inputs);
  }

  /** Runs an operation with several outputs. */
  many(operation: string, inputs: readonly TensorInfo[], attributes: Attributes, outputs: number): Tensor[] {
    return this.#backend.executeMultipleOutputs(operation, this.#encode(attributes), inputs, outputs);
  }

  #encode(attributes: Attributes): Attribute[] {
    const { binding } = this.#backend;
    const encoded: Attribute[] = [{ name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }];
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "string") encoded.push({ name, type: binding.TF_ATTR_STRING, value });
      else if (typeof value === "boolean") encoded.push({ name, type: binding.TF_ATTR_BOOL, value });
      else if (typeof value === "number") encoded.push({ name, type: binding.TF_ATTR_FLOAT, value });
      else if ("dtype" in value) encoded.push({ name, type: binding.TF_ATTR_TYPE, value: value.dtype === "int32" ? binding.TF_INT32 : binding.TF_FLOAT });
      else encoded.push({ name, type: binding.TF_ATTR_INT, value });
    }
    return encoded;
  }
}

/** By name: text, truth, a real number, a list of integers or the type of elements. */
export type Attributes = Readonly<Record<string, string | boolean | number | readonly number[] | { readonly dtype: "float32" | "int32" }>>;

/** A kernel as this package writes them: what tfjs passes untyped is named by the kernel. */
export interface Kernel {
  readonly kernelName: string;
  readonly run: (inputs: NamedTensorInfoMap, attributes: NamedAttrMap) => TensorInfo | TensorInfo[];
}

/** Names a kernel's inputs and attributes. */
export function kernel<Inputs, Attrs>(
  kernelName: string,
  run: (inputs: Inputs, attributes: Attrs) => TensorInfo | TensorInfo[],
): Kernel {
  return { kernelName, run: (inputs, attributes) => run(inputs as Inputs, attributes as Attrs) };
}
