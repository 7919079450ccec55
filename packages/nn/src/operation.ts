import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** What an operation of its own leaves on tfjs' tape. */
export interface Operation<Input extends string> {
  /** In the order in which gradients are asked for; large data last, because what is shared is let go of after it. */
  readonly inputs: Readonly<Record<Input, Tensor>>;
  forward(): { readonly outputs: Tensor[]; readonly saved: Tensor[] };
  /**
   * Only the gradients that are needed are computed. `shared` is disposed of once the last input has its gradient, and so are `dys`: a
   * gradient that is a `dy` itself must be a clone of it.
   */
  backward(
    dys: readonly Tensor[],
    saved: readonly Tensor[],
  ): { readonly gradients: Readonly<Record<Input, () => Tensor>>; readonly shared?: readonly Tensor[] };
}

interface EngineInternals {
  runKernelFunc(call: {
    inputs: Readonly<Record<string, Tensor>>;
    forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor[];
    backwardsFunc: (dys: Tensor | Tensor[], saved: Tensor[]) => Record<string, () => Tensor>;
  }): Tensor[];
}

/**
 * Runs an operation with a gradient of its own. `tf.customGrad` would do, but it computes the gradient of every input,
 * needed or not (that of the images costs as much as a layer), allows one output only and keeps what was saved until the
 * whole backward pass is over. This goes one level below it, to the function that `tf.customGrad` calls.
 */
export function runOperation<Input extends string>(operation: Operation<Input>): Tensor[] {
  const inputNames = Object.keys(operation.inputs) as Input[];
  const lastInput = inputNames[inputNames.length - 1];
  const engine = tf.engine() as unknown as EngineInternals;
  return engine.runKernelFunc({
    inputs: operation.inputs,
    forwardFunc: (_backend, save) => {
      const { outputs, saved } = operation.forward();
      save(saved);
      return outputs;
    },
    backwardsFunc: (dyOrDys, saved) => {
      const dys = Array.isArray(dyOrDys) ? dyOrDys : [dyOrDys];
      const { gradients, shared = [] } = operation.backward(dys, saved);
      const lazily: Record<string, () => Tensor> = { ...gradients };
      lazily[lastInput as string] = () => {
        const gradient = gradients[lastInput as Input]();
        // A tape that is still on belongs to an outer gradient, which will come back for what was saved.
        if (!tf.engine().isTapeOn()) {
          for (const tensor of [...shared, ...saved, ...dys.filter(isPassing)]) if (tensor !== gradient) tensor.dispose();
        }
        return gradient;
      };
      return lazily;
    },
  });
}

/**
 * Whether a gradient was made on the way back and is now used up: tfjs keeps them all until it has the last one, which for
 * a U-Net is as much memory as the activations. A gradient that the caller gave belongs to an outer scope.
 */
function isPassing(dy: Tensor): boolean {
  // The way back is one scope, and each operation's gradient a scope within it.
  const { scopeStack } = tf.engine().state;
  return !dy.isDisposed && !dy.kept && dy.scopeId === (scopeStack as readonly ({ id: number } | undefined)[])[scopeStack.length - 2]?.id;
}

/** Whether the current engine has the kernel. */
export function hasKernel(name: string): boolean {
  return (tf.getKernel(name, tf.getBackend()) as unknown) != null;
}

/** Runs a kernel of the current engine; always returns its outputs as a list. */
export function runKernel(name: string, inputs: Record<string, Tensor>, attributes: object): Tensor[] {
  const result = tf.engine().runKernel<Tensor | Tensor[]>(name, inputs, attributes as tf.NamedAttrMap);
  return Array.isArray(result) ? result : [result];
}
