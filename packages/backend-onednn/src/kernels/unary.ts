import * as tf from "@tensorflow/tfjs-core";
import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { runChain, withConstants, type Operand, type Step } from "./chain.js";
import { isLarge, resultType } from "./elementwise.js";
import { kernel, stock, type Kernel } from "./kernel.js";

/** The steps that make a function, from the constants it needs and the tensor itself. */
interface Chain {
  readonly constants: readonly number[];
  readonly steps: (x: Operand, ...constants: Operand[]) => [Step, ...Step[]];
}

const map = (step: Step): Chain => ({ constants: [], steps: () => [step] });
const power = (exponent: number): Step => ({ map: "pow", alpha: 1, beta: exponent });

/**
 * Functions of one value, each as tfjs computes it, NaN included. Of NaN and a number, the library's minimum and maximum
 * are the second operand: x is that where NaN has to stay NaN.
 */
const CHAINS: Readonly<Record<string, Chain>> = {
  [tf.Abs]: map({ map: "abs" }),
  [tf.Elu]: map({ map: "elu", alpha: 1 }),
  [tf.Exp]: { constants: [1], steps: (x, one) => [{ with: "mul", operand: one }, { map: "exp" }, { with: "max", operand: x }] },
  [tf.Log]: map({ map: "log" }),
  [tf.Neg]: map({ map: "linear", alpha: -1 }),
  [tf.Reciprocal]: map(power(-1)),
  [tf.Relu]: { constants: [0], steps: (x, zero) => [{ with: "max", operand: zero }, { with: "max", operand: x }] },
  [tf.Rsqrt]: { constants: [1], steps: (_, one) => [{ with: "mul", operand: one }, { map: "sqrt" }, power(-1)] },
  [tf.Sigmoid]: map({ map: "logistic" }),
  [tf.Softplus]: map({ map: "softRelu", alpha: 1 }),
  [tf.Sqrt]: map({ map: "sqrt" }),
  [tf.Square]: map({ map: "square" }),
  [tf.Tanh]: map({ map: "tanh" }),
};

type Inputs = Record<string, TensorInfo>;

/** Functions of each value of a large float32 tensor. */
export function unaryKernels(backend: OnednnBackend): Kernel[] {
  const large = (name: string, of: string, compute: (x: TensorInfo, inputs: Inputs, attributes: NamedAttrMap) => TensorInfo | undefined): Kernel =>
    kernel<Inputs, NamedAttrMap>(name, (inputs, attributes) => {
      const x = inputs[of]!;
      return (isLarge(x) ? compute(x, inputs, attributes) : undefined) ?? stock(name, backend)(inputs, attributes);
    });
  return [
    ...Object.entries(CHAINS).map(([name, chain]) => large(name, "x", (x) => apply(backend, x, chain))),
    // Without a leak the library's function would make 0 of NaN.
    large(tf.LeakyRelu, "x", (x, _, { alpha }) => (alpha === 0 ? undefined : apply(backend, x, map({ map: "relu", alpha: alpha as number })))),
    large(tf.ClipByValue, "x", (x, _, { clipValueMin, clipValueMax }) => clip(backend, x, clipValueMin as number, clipValueMax as number)),
    large(tf.EluGrad, "dy", (dy, { y }) => eluGradient(backend, dy, y!)),
    large(tf.ZerosLike, "x", ({ shape }) => filled(backend, shape, 0)),
    large(tf.OnesLike, "x", ({ shape }) => filled(backend, shape, 1)),
    kernel<object, { shape: number[]; value: number; dtype?: string }>(tf.Fill, (inputs, attributes) => {
      const { shape, value, dtype = "float32" } = attributes;
      const isOurs = dtype === "float32" && typeof value === "number" && isLarge({ shape, dtype, dataId: {} });
      return isOurs ? filled(backend, shape, value) : stock(tf.Fill, backend)({ ...inputs }, attributes);
    }),
  ];
}

function apply(backend: OnednnBackend, x: TensorInfo, { constants, steps }: Chain): TensorInfo | undefined {
  const type = resultType(backend, [x]);
  const shape = [tf.util.sizeFromShape(x.shape)];
  const source: Operand = { block: backend.dataOf(x).block(type), type, shape };
  const y = backend.output(x.shape, type);
  const destination: Operand = { block: y.data.block(), type, shape };
  const isDone = withConstants(backend.runtime, constants, 1, (...operands) => {
    const chain = steps(source, ...operands);
    const [first] = chain;
    return runChain(backend.runtime, "with" in first ? first.with : first.map, source, chain, destination);
  });
  if (isDone) return y.info;
  backend.disposeIntermediateTensorInfo(y.info);
  return undefined;
}

function clip(backend: OnednnBackend, x: TensorInfo, least: number, most: number): TensorInfo | undefined {
  const bound = (with_: "max" | "min", limit: number): Chain => ({
    constants: [limit],
    steps: (values, constant) => [{ with: with_, operand: constant }, { with: with_, operand: values }],
  });
  const above = apply(backend, x, bound("max", least));
  if (above === undefined) return undefined;
  const clipped = apply(backend, above, bound("min", most));
  backend.disposeIntermediateTensorInfo(above);
  return clipped;
}

/** dy where y >= 0, else dy (y + 1). */
function eluGradient(backend: OnednnBackend, dy: TensorInfo, y: TensorInfo): TensorInfo | undefined {
  const type = resultType(backend, [dy, y]);
  const shape = [tf.util.sizeFromShape(y.shape)];
  return apply(backend, y, {
    constants: [0],
    steps: (results, zero) => [
      { with: "min", operand: zero },
      { with: "min", operand: results },
      { map: "linear", alpha: 1, beta: 1 },
      { with: "mul", operand: { block: backend.dataOf(dy).block(type), type, shape } },
    ],
  });
}

function filled(backend: OnednnBackend, shape: number[], value: number): TensorInfo {
  const { info, data } = backend.output(shape);
  new Float32Array(data.block().buffer, 0, tf.util.sizeFromShape(shape)).fill(value);
  return info;
}
