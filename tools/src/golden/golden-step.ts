import {
  createRandom,
  train,
  tripletLoss,
  trainingOptions,
  type Batch,
  type HostBatch,
  type StepResult,
  type Trainable,
  type TrainingInput,
  type Weight,
} from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { Descriptor } from "./golden-folder.js";
import { ORIGINAL_LOSSES } from "./kinds/segmentation-loss.js";
import { TRAINING, type RebuiltNetwork } from "./networks.js";

type Loss = (truth: Tensor, output: Tensor) => Scalar;

/** The original's losses: of probabilities, and of the codes of changed, unchanged and other images. */
const LOSSES: readonly Loss[] = [
  ...Object.values(ORIGINAL_LOSSES),
  (_truth, codes) => {
    const [anchor, positive, negative] = tf.unstack(codes, 1) as [Tensor, Tensor, Tensor];
    return tripletLoss(anchor, positive, negative, 1);
  },
];

interface LayoutEntry {
  readonly name: string;
  readonly trainable: boolean;
}

/** The optimiser of a golden step: Adam as Keras has it. */
export interface OptimizerSettings {
  readonly adam_lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly clipnorm: number | null;
  readonly clipvalue: number | null;
}

/** A tensor and what to call it. */
export interface NamedTensor {
  readonly name: string;
  readonly variable: Tensor;
}

/** A network with the loss that its golden was trained with. */
export class GoldenStep {
  readonly frozen: boolean;
  /** All weights in Keras' order: those trained, those not. A frozen encoder's lie layer by layer among the latter. */
  readonly trained: readonly Weight[];
  readonly kept: readonly Weight[];
  readonly optimizer: OptimizerSettings;
  #loss: Loss = ORIGINAL_LOSSES["weighted_dice_loss"] as Loss;

  constructor(
    readonly json: Descriptor["json"],
    readonly network: RebuiltNetwork,
  ) {
    this.frozen = (json["nontrainable_layout"] as readonly LayoutEntry[]).some((entry) => entry.trainable);
    network.encoder.frozen = this.frozen;
    const { encoder, weights } = network;
    const all = this.frozen ? weights : [...encoder.weights, ...weights];
    this.trained = all.filter((weight) => weight.trainable);
    this.kept = [...(this.frozen ? encoder.weights : []), ...all.filter((weight) => !weight.trainable)];
    this.optimizer = json["optimizer"] as OptimizerSettings;
  }

  /**
   * Takes the loss that the golden was trained with, which not every descriptor names: the one whose value on this batch is nearest to the
   * one recorded. The weights are to be those before the first step.
   */
  chooseLoss({ tensors: { images, truth } }: Batch): void {
    const recorded = this.json["loss_step1"] as number;
    const statistics = this.kept.map(({ variable }) => tf.clone(variable));
    const output = this.network.forward(images as Tensor, TRAINING);
    this.kept.forEach(({ variable }, index) => variable.assign(statistics[index] as Tensor));
    const distanceOf = (loss: Loss): number => {
      try {
        const value = tf.tidy(() => loss(truth as Tensor, output).dataSync()[0] as number);
        return Number.isFinite(value) ? Math.abs(value - recorded) : Infinity;
      } catch {
        // not a loss of outputs of this shape
        return Infinity;
      }
    };
    const distances = LOSSES.map((loss) => ({ loss, distance: distanceOf(loss) }));
    this.#loss = distances.reduce((best, one) => (one.distance < best.distance ? one : best)).loss;
    tf.dispose([...statistics, output]);
  }

  readonly trainable: Trainable = {
    weights: [],
    step: ({ tensors: { images, truth } }, mode): StepResult => {
      const loss = this.#loss(truth as Tensor, this.network.forward(images as Tensor, mode));
      return { loss, metrics: {} };
    },
    dispose: () => undefined,
  };

  /** The loss and the gradients of the trained weights, in their order. The caller disposes the gradients. */
  gradients(batch: Batch): { loss: number; gradients: NamedTensor[] } {
    const variables = this.trained.map((weight) => weight.variable);
    const { value, grads } = tf.variableGrads(() => this.trainable.step(batch, TRAINING).loss, variables);
    const gradients = this.trained.map(({ name, variable }) => {
      const gradient = grads[variable.name];
      if (gradient === undefined) throw new Error(`"${name}" has no gradient`);
      return { name: `gradient of ${name}`, variable: gradient };
    });
    const loss = value.dataSync()[0] as number;
    value.dispose();
    return { loss, gradients };
  }

  /** Trains for some steps on one batch with the golden's optimiser; returns the loss of each. */
  async train(batch: HostBatch, steps: number): Promise<number[]> {
    const { adam_lr: learningRate, beta1, beta2, epsilon, clipnorm, clipvalue } = this.optimizer;
    const input: TrainingInput = {
      steps,
      learningRate,
      optimizer: { name: "adam", beta1, beta2, epsilon },
      clipNorm: clipnorm,
      clipValue: clipvalue,
      freezeEncoder: this.frozen ? "always" : 0,
    };
    const losses: number[] = [];
    await train({
      encoder: this.network.encoder,
      trainable: { ...this.trainable, weights: this.network.weights },
      batches: { batch: () => Promise.resolve(batch) },
      options: trainingOptions.parse(input),
      random: createRandom("golden"),
      onEvent: (event) => {
        if (event.type === "step") losses.push(event.loss);
      },
    });
    this.network.encoder.frozen = this.frozen;
    return losses;
  }
}
