import type { Random } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { dense } from "../ops/dense.js";
import { glorotUniform, type Initializer } from "./initializers.js";
import { createWeight, createWeighted, type Layer } from "./layer.js";

/** What a fully connected layer is built from. */
export interface DenseLayerOptions {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Default "linear". */
  readonly activation?: "linear" | "relu" | "sigmoid";
  /** Of the kernel; the bias starts at zero. Default glorot_uniform. */
  readonly initializer?: Initializer;
  readonly random: Random;
}

/** Fully connected layer with bias on [batch, inputs]. Kernel [in, out]. */
export function createDense(options: DenseLayerOptions): Layer {
  const { name, inputs, outputs, activation = "linear" } = options;
  const shape = [inputs, outputs];
  const kernel = createWeight(`${name}/kernel`, shape, (options.initializer ?? glorotUniform)(shape, options.random));
  const bias = createWeight(`${name}/bias`, [outputs], new Float32Array(outputs));
  return createWeighted([kernel, bias], (x) =>
    activation === "sigmoid"
      ? tf.sigmoid(dense(x, kernel.variable, bias.variable))
      : dense(x, kernel.variable, bias.variable, activation),
  );
}
