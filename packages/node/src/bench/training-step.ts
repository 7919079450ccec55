import { Optimizer, registerGradients, trainingOptions, type Disposable, type Weight } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Workload } from "./workload.js";

/** What a training step is made of. */
export interface TrainingStepOptions {
  /** Of all parts of the network. */
  readonly weights: readonly Weight[];
  /** Floating-point operations of the step. */
  readonly operations: number;
  /** Forward pass and loss. */
  readonly loss: () => tf.Scalar;
  /** Let go of with the workload: layers and data. */
  readonly owned: readonly Disposable[];
}

/** A training step as a workload: forward pass, loss, gradients, one update by Adam; it waits until the loss is known. */
export function createTrainingStep({ weights, operations, loss, owned }: TrainingStepOptions): Workload {
  registerGradients();
  const trained = weights.filter(({ trainable }) => trainable);
  const variables = trained.map(({ variable }) => variable);
  const { optimizer: options, learningRate } = trainingOptions.parse({ optimizer: { name: "adam" } });
  const optimizer = new Optimizer(
    options,
    variables.map((variable, index) => ({ name: `${index}`, variable, learningRateScale: 1 })),
  );
  return {
    operations,
    parameters: variables.reduce((sum, variable) => sum + variable.size, 0),
    run: () => {
      const { value, grads } = tf.variableGrads(loss, variables);
      optimizer.update(variables.map((variable) => grads[variable.name]!), learningRate);
      value.dataSync();
      tf.dispose([value, ...Object.values(grads)]);
    },
    dispose: () => {
      for (const part of [optimizer, ...owned]) part.dispose();
    },
  };
}
