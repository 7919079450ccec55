import type { Disposable, Mode, Weight } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** Weights with a rule for what to do with a tensor. */
export interface Layer extends Disposable {
  /** In Keras' order within the layer: kernel, bias; scale, offset, moving mean, moving variance. */
  readonly weights: readonly Weight[];
  /** While true, normalisation layers use and keep their moving statistics, whatever the mode. */
  frozen: boolean;
  /** May return `x` itself. */
  forward(x: Tensor, mode: Mode): Tensor;
}

/** A named weight that holds the given values. */
export function createWeight(name: string, shape: readonly number[], values: Float32Array, trainable = true): Weight {
  const initial = tf.tensor(values, [...shape], "float32");
  const variable = tf.variable(initial, trainable);
  initial.dispose();
  return { name, variable, trainable };
}

/** A layer without weights. */
export function createStateless(forward: Layer["forward"]): Layer {
  return { weights: [], frozen: false, forward, dispose: () => undefined };
}

/** A layer from its weights and what it does with them. */
export function createWeighted(weights: readonly Weight[], forward: Layer["forward"]): Layer {
  return { weights, frozen: false, forward, dispose: () => disposeAll(weights.map((weight) => weight.variable)) };
}

/** Layers one after the other; what passes between them is let go of as soon as it can be. */
export function createSequence(layers: readonly Layer[]): Layer {
  return {
    weights: layers.flatMap((layer) => layer.weights),
    get frozen() {
      return layers.length > 0 && layers.every((layer) => layer.frozen);
    },
    set frozen(frozen: boolean) {
      for (const layer of layers) layer.frozen = frozen;
    },
    forward: (x, mode) =>
      layers.reduce((value, layer) => {
        const next = tf.tidy(() => layer.forward(value, mode));
        if (value !== x && next !== value) value.dispose();
        return next;
      }, x),
    dispose: () => disposeAll(layers),
  };
}

/** Disposes of everything given. */
export function disposeAll(items: readonly Disposable[]): void {
  for (const item of items) item.dispose();
}
