import { _FusedMatMul, BatchMatMul, broadcast_util, util, type _FusedMatMulAttrs, type BatchMatMulAttrs, type TensorInfo } from "@tensorflow/tfjs-core";
import { ALGORITHM } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { FUSED_RELU } from "./fused-relu.js";
import { kernel, stock, type Kernel } from "./kernel.js";
import { multiplyMatrices, type Finish } from "./matrix-product.js";

interface FusedInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

/** Multiplications below which a native call does not pay. */
const SMALL = 4096;

/** Products of matrices in float32, whatever the inputs are stored as. */
export function matrixKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<FusedInputs, BatchMatMulAttrs>(BatchMatMul, ({ a, b }, attributes) =>
      product(backend, a, b, attributes, {}) ?? stock(BatchMatMul, backend)({ a, b }, attributes),
    ),
    kernel<FusedInputs, _FusedMatMulAttrs>(_FusedMatMul, (inputs, attributes) => {
      const { a, b, bias } = inputs;
      const finish = finishOf(backend, inputs, attributes);
      return (
        (finish === undefined ? undefined : product(backend, a, b, attributes, finish)) ??
        stock(_FusedMatMul, backend)({ ...inputs, ...(bias === undefined ? {} : { bias }) }, attributes)
      );
    }),
  ];
}

function product(backend: OnednnBackend, a: TensorInfo, b: TensorInfo, { transposeA, transposeB }: BatchMatMulAttrs, finish: Finish): TensorInfo | undefined {
  const rows = a.shape.at(transposeA ? -1 : -2);
  const inner = a.shape.at(transposeA ? -2 : -1);
  const columns = b.shape.at(transposeB ? -2 : -1);
  const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, rows, columns];
  const isFloat = a.dtype === "float32" && b.dtype === "float32";
  // A mismatch of the inner sizes is left to tfjs, which names it.
  if (!isFloat || inner !== b.shape.at(transposeB ? -1 : -2) || util.sizeFromShape(shape) * inner < SMALL) return undefined;
  const result = backend.output(shape);
  const matrices = (info: TensorInfo, transposed: boolean) => ({ block: backend.dataOf(info).block("float32"), shape: info.shape, transposed });
  multiplyMatrices(backend.runtime, matrices(a, transposeA), matrices(b, transposeB), result.data.block(), shape, finish);
  return result.info;
}

/** Undefined where bias or activation are not of a kind that the product takes along. */
function finishOf(backend: OnednnBackend, { b, bias }: FusedInputs, attributes: _FusedMatMulAttrs): Finish | undefined {
  const columns = b.shape.at(attributes.transposeB ? -2 : -1);
  const isRow = bias === undefined || (bias.dtype === "float32" && bias.shape.at(-1) === columns && util.sizeFromShape(bias.shape) === columns);
  const activation = activationOf(attributes);
  if (!isRow || activation === undefined) return undefined;
  const finish = bias === undefined ? {} : { bias: backend.dataOf(bias).block("float32") };
  return activation === "linear" ? finish : { ...finish, activation };
}

function activationOf({ activation, leakyreluAlpha }: _FusedMatMulAttrs): Finish["activation"] | "linear" {
  const eltwise = (algorithm: number, alpha = 0) => ({ kind: "eltwise", algorithm, alpha, beta: 0 }) as const;
  // tfjs leaves it out where it means linear.
  switch (activation as typeof activation | undefined | null) {
    case undefined:
    case null:
    case "linear":
      return "linear";
    case "relu":
      return FUSED_RELU;
    case "leakyrelu":
      return leakyreluAlpha === 0 ? FUSED_RELU : eltwise(ALGORITHM.relu, leakyreluAlpha);
    case "sigmoid":
      return eltwise(ALGORITHM.logistic);
    case "elu":
      return eltwise(ALGORITHM.elu, 1);
    default:
      return undefined;
  }
}
