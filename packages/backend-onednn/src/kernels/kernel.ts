import type { KernelConfig, KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { getKernel } from "@tensorflow/tfjs-core";
import type { Primitive } from "../native/primitive.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import type { TensorData } from "../storage/tensor-data.js";

/** A kernel before it is registered for a backend. */
export type Kernel = Omit<KernelConfig, "backendName">;

/** Makes an engine's kernels. */
export type Kernels = (backend: OnednnBackend) => Kernel[];

/** One named kernel; the function sees its inputs and attributes already typed. */
export function kernel<Inputs, Attributes>(
  kernelName: string,
  compute: (inputs: Inputs, attributes: Attributes) => TensorInfo | TensorInfo[],
): Kernel {
  return { kernelName, kernelFunc: ({ inputs, attrs }) => compute(inputs as Inputs, attrs as Attributes) };
}

/** tfjs' own kernel, for what oneDNN does not do. */
export function stock(name: string, backend: OnednnBackend): (inputs: Record<string, TensorInfo>, attributes: object) => TensorInfo | TensorInfo[] {
  const { kernelFunc } = getKernel(name, "cpu") as { kernelFunc: KernelFunc };
  return (inputs, attributes) => kernelFunc({ inputs, attrs: attributes as never, backend });
}

/** The type that a kernel of real numbers computes in for a tensor: the one it is stored in. */
export function floatTypeOf({ stored }: TensorData): "float32" | "bf16" {
  return stored === "bf16" ? "bf16" : "float32";
}

/** A primitive that every oneDNN has, if only in its reference code. @throws Error where it has none after all. */
export function required(primitive: Primitive | undefined, kind: string, key: string): Primitive {
  if (primitive === undefined) throw new Error(`oneDNN has no ${kind} for ${key}.`);
  return primitive;
}
