import { registerHostUpdates, UPDATE_KERNELS, type AdamAttributes, type SgdAttributes } from "@ssl3d/core";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { runChain, withConstants, type Operand, type Step } from "./chain.js";
import { isLarge } from "./elementwise.js";
import { kernel, stock, type Kernel } from "./kernel.js";

/** What an optimiser updates. */
interface Update extends Record<string, TensorInfo> {
  readonly weight: TensorInfo;
  readonly gradient: TensorInfo;
}

/**
 * The optimisers' updates of one weight: one pass over memory per result. Small weights, such as biases, are updated in
 * plain loops, which are done before the library has started.
 */
export function updateKernels(backend: OnednnBackend): Kernel[] {
  registerHostUpdates("cpu");
  return [
    kernel<Update & { m: TensorInfo; v: TensorInfo }, AdamAttributes>(UPDATE_KERNELS.adam, (inputs, attributes) => {
      const results = isLarge(inputs.weight) ? adam(backend, inputs, attributes) : undefined;
      return results ?? stock(UPDATE_KERNELS.adam, backend)(inputs, attributes);
    }),
    kernel<Update & { velocity: TensorInfo }, SgdAttributes>(UPDATE_KERNELS.sgd, (inputs, attributes) => {
      const results = isLarge(inputs.weight) ? sgd(backend, inputs, attributes) : undefined;
      return results ?? stock(UPDATE_KERNELS.sgd, backend)(inputs, attributes);
    }),
  ];
}

function adam(
  backend: OnednnBackend,
  inputs: Update & { m: TensorInfo; v: TensorInfo },
  { rate, beta1, beta2, epsilon, decay }: AdamAttributes,
): TensorInfo[] | undefined {
  const { shape } = inputs.weight;
  const [w, g, m, v] = [inputs.weight, inputs.gradient, inputs.m, inputs.v].map((tensor) => operandOf(backend, tensor)) as [Operand, Operand, Operand, Operand];
  const [weight, mean, square] = [outputOf(backend, shape), outputOf(backend, shape), outputOf(backend, shape)];
  const isDone = withConstants(backend.runtime, [1, -rate / decay, decay], 1, (one, scale, kept) => {
    const chain = (source: Operand, steps: [Step, ...Step[]], { operand }: Output): boolean => runChain(backend.runtime, "adam", source, steps, operand);
    const toWeight: [Step, ...Step[]] = [
      { with: "mul", operand: one },
      { map: "sqrt" },
      { map: "linear", alpha: 1, beta: epsilon },
      { map: "pow", alpha: 1, beta: -1 },
      { with: "mul", operand: mean.operand },
      { with: "mul", operand: scale },
      { with: "add", operand: w },
      ...(decay === 1 ? [] : [{ with: "mul", operand: kept } as const]),
    ];
    return (
      chain(g, [{ with: "sub", operand: m }, { map: "linear", alpha: 1 - beta1 }, { with: "add", operand: m }], mean) &&
      chain(g, [{ with: "mul", operand: g }, { with: "sub", operand: v }, { map: "linear", alpha: 1 - beta2 }, { with: "add", operand: v }], square) &&
      chain(square.operand, toWeight, weight)
    );
  });
  return finish(backend, isDone, [weight, mean, square]);
}

function sgd(
  backend: OnednnBackend,
  inputs: Update & { velocity: TensorInfo },
  { learningRate, momentum, nesterov }: SgdAttributes,
): TensorInfo[] | undefined {
  if (momentum === 0) return undefined;
  const { shape } = inputs.weight;
  const [w, g, velocity] = [inputs.weight, inputs.gradient, inputs.velocity].map((tensor) => operandOf(backend, tensor)) as [Operand, Operand, Operand];
  const [weight, next] = [outputOf(backend, shape), outputOf(backend, shape)];
  const isDone = withConstants(backend.runtime, [-learningRate], 1, (rate) => {
    const accelerate = (from: Operand): [Step, ...Step[]] => [
      { with: "mul", operand: rate },
      { map: "linear", alpha: 1 / momentum },
      { with: "add", operand: from },
      { map: "linear", alpha: momentum },
    ];
    const move: [Step, ...Step[]] = nesterov ? [...accelerate(next.operand), { with: "add", operand: w }] : [{ with: "add", operand: w }];
    return (
      runChain(backend.runtime, "sgd", g, accelerate(velocity), next.operand) &&
      runChain(backend.runtime, "sgd", nesterov ? g : next.operand, move, weight.operand)
    );
  });
  return finish(backend, isDone, [weight, next]);
}

interface Output {
  readonly info: TensorInfo;
  readonly operand: Operand;
}

function outputOf(backend: OnednnBackend, shape: readonly number[]): Output {
  const { info } = backend.output(shape);
  return { info, operand: operandOf(backend, info) };
}

function operandOf(backend: OnednnBackend, tensor: TensorInfo): Operand {
  return { block: backend.dataOf(tensor).block("float32"), type: "float32", shape: [util.sizeFromShape(tensor.shape)] };
}

function finish(backend: OnednnBackend, isDone: boolean, outputs: readonly Output[]): TensorInfo[] | undefined {
  if (isDone) return outputs.map(({ info }) => info);
  for (const { info } of outputs) backend.disposeIntermediateTensorInfo(info);
  return undefined;
}
