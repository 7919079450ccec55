import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { DataType } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import type { TensorData } from "../storage/tensor-data.js";

/** Values below which tfjs' own kernels, which work on JavaScript's arrays, are as fast as a native call. */
const SMALL = 1024;

/** Whether native kernels work on a tensor's type and it is large enough for them to pay. */
export function paysNatively({ dtype, shape }: Pick<TensorInfo, "dtype" | "shape">): boolean {
  return (dtype === "float32" || dtype === "int32") && util.sizeFromShape(shape) >= SMALL;
}

/** How the result of moving a tensor's values is stored. They may be held as another type than the tensor's: tfjs' casts to wider types copy nothing. */
export function storedTypeOf({ dtype }: TensorInfo, { stored }: TensorData): DataType {
  if (stored === "bf16") return stored;
  return dtype === "int32" ? "int32" : "float32";
}

/** How the result of moving these tensors' values is stored: in 16 bits as soon as a large one of them is. */
export function commonStoredType(backend: OnednnBackend, tensors: readonly TensorInfo[]): DataType {
  const types = tensors.map((tensor) => (paysNatively(tensor) ? backend.dataOf(tensor).stored : undefined));
  if (types.includes("bf16")) return "bf16";
  return tensors[0]?.dtype === "int32" ? "int32" : "float32";
}
