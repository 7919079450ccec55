import type { Mode } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";
import type { Layer } from "./layer.js";

/** How a layer is recomputed. */
export interface RecomputeOptions {
  /** Whether the layer's input usually takes a gradient; false for images. Asked for all the same, it costs one more recomputation. */
  readonly inputGradient: boolean;
}

/**
 * The same layer, keeping only its input for the gradient: what it computed in between is computed again on the way back
 * (Chen et al. 2016, arXiv:1604.06174). Takes about a third more time and much less memory. Dropout draws other values than without.
 * Gradients must be asked for by all of the layer's trained weights or by none.
 */
export function createRecomputed(layer: Layer, { inputGradient }: RecomputeOptions): Layer {
  return {
    weights: layer.weights,
    get frozen() {
      return layer.frozen;
    },
    set frozen(frozen: boolean) {
      layer.frozen = frozen;
    },
    forward: (x, mode) =>
      mode.training && tf.engine().isTapeOn() ? recompute(layer, x, mode, inputGradient) : layer.forward(x, mode),
    dispose: () => layer.dispose(),
  };
}

function recompute(layer: Layer, x: Tensor, mode: Mode & { training: true }, inputGradient: boolean): Tensor {
  // Both passes must draw the same numbers, and the moving statistics must not be updated twice.
  const seed = mode.random.integer(0, 2 ** 31);
  const first: Mode = { ...mode, random: mode.random.split(seed) };
  const again = (): Mode => ({ ...mode, random: mode.random.split(seed), statisticsMomentum: 1 });
  const variables = layer.weights.filter(({ trainable }) => trainable).map(({ variable }) => variable);
  const names = variables.map((_, index) => `weight${index}`);
  return runOperation({
    inputs: { ...(Object.fromEntries(variables.map((variable, index) => [names[index], variable])) as Record<string, Tensor>), x },
    forward: () => ({ outputs: [tf.tidy(() => layer.forward(x, first))], saved: [x] }),
    backward: ([dy], [savedX]) => {
      const gradientsOf = (inputs: Tensor[]): Tensor[] => {
        const { value, grads } = nestedGradients(() => layer.forward(savedX as Tensor, again()), inputs, dy as Tensor);
        value.dispose();
        return grads;
      };
      // All gradients come from one pass; tfjs asks for them one by one, each in a scope that disposes of what it does not return.
      const waiting = new Map<number, Tensor>();
      const take = (index: number): Tensor => {
        if (!waiting.has(index)) gradientsOf(inputGradient ? [...variables, savedX as Tensor] : variables).forEach((gradient, at) => waiting.set(at, tf.keep(gradient)));
        const gradient = waiting.get(index) as Tensor;
        waiting.delete(index);
        const result = gradient.clone();
        gradient.dispose();
        return result;
      };
      const ofWeights = variables.map((_, index) => [names[index], () => take(index)] as const);
      return {
        gradients: {
          ...(Object.fromEntries(ofWeights) as Record<string, () => Tensor>),
          x: () => (inputGradient ? take(variables.length) : (gradientsOf([savedX as Tensor])[0] as Tensor)),
        },
      };
    },
  })[0] as Tensor;
}

/** Gradients while other gradients are being computed: tfjs keeps one tape and would throw the outer one away. */
function nestedGradients(f: () => Tensor, inputs: Tensor[], dy: Tensor): { value: Tensor; grads: Tensor[] } {
  const engine = tf.engine();
  const outer = engine.state.activeTape;
  try {
    return engine.gradients(f, inputs, dy, true);
  } finally {
    engine.state.activeTape = outer;
  }
}
