import {
  categoricalCrossEntropy,
  createRandom,
  train,
  trainingOptions,
  type Batch,
  type HostBatch,
  type Mode,
  type StepResult,
  type Trainable,
  type TrainingInput,
  type Weight,
} from "@ssl3d/core";
import type { NpyArray } from "@ssl3d/data";
import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { expectClose, expectNumber, TOLERANCE } from "../compare.js";
import { filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { layersOf } from "../keras-layers.js";
import { assignFlat, assignKerasWeights, readKerasWeights } from "../keras-weights.js";
import { buildRotationNetwork, buildUnet, INFERENCE, readTensor, splitRotation, splitUnet, TRAINING, type RebuiltNetwork } from "../networks.js";
import { withTensorFlowRounding } from "../tensorflow-rounding.js";
import { ORIGINAL_LOSSES } from "./segmentation-loss.js";

interface LayoutEntry {
  readonly name: string;
  readonly trainable: boolean;
}

/** Reads "<stem>.<part>.npy". */
type ReadArray = (part: string) => Promise<NpyArray>;

interface Optimizer {
  readonly adam_lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly clipnorm: number | null;
  readonly clipvalue: number | null;
}

/** Training steps of the original: loss, every gradient, weights and statistics after one Adam step and after five. */
export const trainingStep: GoldenKind = {
  name: "training-step",
  summary: "training steps of the original: loss, gradients, weights after one and five Adam steps, outputs before and after",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "optimizer", "trainable_layout", "nontrainable_layout", "loss_step1"]);
    return descriptors
      .filter(({ json }) => splitUnet(layersOf(json)) !== undefined || splitRotation(layersOf(json)) !== undefined)
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => checkSteps(folder, descriptor),
      }));
  },
};

/** A network with the loss that its golden was trained with. */
class GoldenStep {
  readonly frozen: boolean;
  /** All weights in Keras' order: those trained, those not. A frozen encoder's lie layer by layer among the latter. */
  readonly trained: readonly Weight[];
  readonly kept: readonly Weight[];
  readonly #loss: (truth: Tensor, probabilities: Tensor) => Scalar;

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
    this.#loss = chooseLoss(json);
  }

  readonly trainable: Trainable = {
    weights: [],
    step: ({ tensors: { images, truth } }, mode): StepResult => {
      const loss = this.#loss(truth as Tensor, this.network.forward(images as Tensor, mode));
      return { loss, metrics: {} };
    },
    dispose: () => undefined,
  };

  async train(batch: HostBatch, steps: number): Promise<number[]> {
    const { adam_lr: learningRate, beta1, beta2, epsilon, clipnorm, clipvalue } = this.json["optimizer"] as Optimizer;
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

/** The descriptor's words name the loss where it is not the usual one of its job. */
function chooseLoss(json: Descriptor["json"]): (truth: Tensor, probabilities: Tensor) => Scalar {
  if (splitRotation(layersOf(json)) !== undefined) return categoricalCrossEntropy;
  const named = Object.keys(ORIGINAL_LOSSES).find((name) => `${String(json["model"])} ${String(json["loss"])}`.includes(name));
  return ORIGINAL_LOSSES[named ?? "weighted_dice_loss"] as (truth: Tensor, probabilities: Tensor) => Scalar;
}

async function checkSteps(folder: GoldenFolder, { stem, json }: Descriptor): Promise<string | undefined> {
  const layers = layersOf(json);
  const network = splitUnet(layers) === undefined ? buildRotationNetwork(layers) : buildUnet(layers);
  const step = new GoldenStep(json, network);
  const read: ReadArray = (part) => folder.readArray(`${stem}.${part}.npy`);
  const images = await readTensor(folder, `${stem}.x0.npy`);
  const truth = await readTensor(folder, `${stem}.y.npy`);
  const batch: Batch = { tensors: { images, truth }, caseIds: caseIds(images) };
  const host: HostBatch = { arrays: { images: await arrayOf(images), truth: await arrayOf(truth) }, caseIds: caseIds(images) };
  const restart = async (): Promise<void> => {
    assignFlat(step.trained, (await read("init_trainable")).data);
    assignFlat(step.kept, (await read("init_nontrainable")).data);
  };
  try {
    const file = folder.locate(`${stem}.init.weights.hdf5`);
    assignKerasWeights([...network.encoder.weights, ...network.weights], await readKerasWeights(file));
    await expectFlat("init.weights.hdf5", step.trained, (await read("init_trainable")).data, 0);
    const tolerance = await withTensorFlowRounding(() => checkTraining(step, batch, host, read, restart));

    assignKerasWeights([...network.encoder.weights, ...network.weights], await readKerasWeights(folder.locate(`${stem}.after.hdf5`)));
    await expectOutput(network, images, INFERENCE, "infer_output_after", read, TOLERANCE);
    return tolerance === TOLERANCE ? undefined : `within ${tolerance.toExponential(1)}: one rounding of its weights moves its gradients by a tenth of that`;
  } finally {
    network.dispose();
    tf.dispose([images, truth]);
  }
}

/** Returns the tolerance that it held everything to. */
async function checkTraining(
  step: GoldenStep,
  batch: Batch,
  host: HostBatch,
  read: ReadArray,
  restart: () => Promise<void>,
): Promise<number> {
  const { network, json } = step;
  const images = batch.tensors["images"] as Tensor;
  await restart();
  const tolerance = stepTolerance(step, batch);

  await restart();
  await expectOutput(network, images, INFERENCE, "infer_output_before", read, tolerance);
  await expectOutput(network, images, TRAINING, "train_output", read, tolerance);

  await restart();
  const { loss, gradients } = gradientsOf(step, batch);
  expectNumber("loss", loss, json["loss_step1"] as number, tolerance);
  await expectFlat("gradients", gradients, (await read("grads")).data, tolerance);
  tf.dispose(gradients.map(({ variable }) => variable));

  await restart();
  const [first] = await step.train(host, 1);
  expectNumber("loss of step 1", first as number, json["loss_step1"] as number, tolerance);
  const undecided = undecidedUpdates(step, (await read("grads")).data, tolerance);
  await expectFlat("weights after 1 step", step.trained, (await read("after_trainable")).data, tolerance, undecided);
  await expectFlat("statistics after 1 step", step.kept, (await read("after_nontrainable")).data, tolerance);
  await expectOutput(network, images, INFERENCE, "infer_output_after", read, tolerance);

  await restart();
  const losses = await step.train(host, 5);
  // where rounding shows at all, it grows from step to step
  const later = tolerance === TOLERANCE ? TOLERANCE : 5 * tolerance;
  (json["loss_steps_2_to_5"] as readonly number[]).forEach((expected, index) => {
    expectNumber(`loss of step ${index + 2}`, losses[index + 1] as number, expected, later);
  });
  const afterFive = undecided.map((slack) => 5 * slack);
  await expectFlat("weights after 5 steps", step.trained, (await read("after5_trainable")).data, later, afterFive);
  return tolerance;
}

/**
 * The usual tolerance, or ten times as much as the gradients move when every weight moves by up to one rounding of
 * float32: closer than that no two implementations agree, were they both right. Batch normalisation over four examples
 * in a classifier's head is as sensitive as that.
 */
function stepTolerance(step: GoldenStep, batch: Batch): number {
  const before = gradientsOf(step, batch).gradients;
  const weights = step.trained.map(({ variable }) => variable.dataSync().slice());
  let largest = 0;
  for (let draw = 0; draw < 3; draw++) {
    const random = createRandom("one rounding").split(draw);
    step.trained.forEach((weight, index) => {
      assignFlat([weight], (weights[index] as Float32Array).map((value) => value * (1 + random.uniform(-1, 1) * 2 ** -23)));
    });
    const after = gradientsOf(step, batch).gradients;
    before.forEach(({ variable }, index) => {
      const movement = tf.tidy(() => {
        const moved = tf.max(tf.abs(tf.sub(variable, (after[index] as NamedGradient).variable)));
        return tf.div(moved, tf.max(tf.abs(variable))).dataSync()[0] as number;
      });
      largest = Math.max(largest, movement);
    });
    tf.dispose(after.map(({ variable }) => variable));
  }
  tf.dispose(before.map(({ variable }) => variable));
  return Math.max(TOLERANCE, 10 * largest);
}

/**
 * What an element may stray by in one step of Adam, which moves every weight by about the learning rate in the direction
 * of its gradient's sign: twice that where the gradient is so small that rounding decides the sign, else nothing.
 */
function undecidedUpdates(step: GoldenStep, gradients: ArrayLike<number>, tolerance: number): Float32Array {
  const { adam_lr: learningRate } = step.json["optimizer"] as Optimizer;
  const slack = new Float32Array(gradients.length);
  let offset = 0;
  for (const { variable } of step.trained) {
    const magnitudes = Array.from({ length: variable.size }, (_, i) => Math.abs(gradients[offset + i] as number));
    const limit = tolerance * Math.max(...magnitudes);
    magnitudes.forEach((magnitude, i) => (slack[offset + i] = magnitude <= limit ? 2 * learningRate : 0));
    offset += variable.size;
  }
  return slack;
}

async function expectOutput(
  network: RebuiltNetwork,
  images: Tensor,
  mode: Mode,
  part: string,
  read: ReadArray,
  tolerance: number,
): Promise<void> {
  const output = network.forward(images, mode);
  expectClose(part, output, await read(part), tolerance);
  output.dispose();
}

/** A tensor and what to call it. */
interface NamedGradient {
  readonly name: string;
  readonly variable: Tensor;
}

/** The loss and the gradients of the trained weights, in their order. The caller disposes the gradients. */
function gradientsOf(step: GoldenStep, batch: Batch): { loss: number; gradients: NamedGradient[] } {
  const variables = step.trained.map((weight) => weight.variable);
  const { value, grads } = tf.variableGrads(() => step.trainable.step(batch, TRAINING).loss, variables);
  const gradients = step.trained.map(({ name, variable }) => {
    const gradient = grads[variable.name];
    if (gradient === undefined) throw new Error(`"${name}" has no gradient`);
    return { name: `gradient of ${name}`, variable: gradient };
  });
  const loss = value.dataSync()[0] as number;
  value.dispose();
  return { loss, gradients };
}

/** Holds tensors, one after the other, against one flat array: each within its own largest magnitude. */
async function expectFlat(
  what: string,
  actual: readonly NamedGradient[],
  flat: ArrayLike<number>,
  tolerance: number,
  slack?: Float32Array,
): Promise<void> {
  let offset = 0;
  for (const { name, variable } of actual) {
    const start = offset;
    offset += variable.size;
    const data = Float32Array.from({ length: variable.size }, (_, i) => flat[start + i] as number);
    const values = { data: await variable.data(), shape: variable.shape };
    expectClose(`${what}: ${name}`, values, { data, shape: variable.shape }, tolerance, slack?.subarray(start, offset));
  }
  if (offset !== flat.length) throw new Error(`${what}: ${offset} values here, ${flat.length} in the file`);
}

async function arrayOf(tensor: Tensor): Promise<{ data: Float32Array; shape: readonly number[] }> {
  return { data: Float32Array.from(await tensor.data()), shape: tensor.shape };
}

function caseIds(images: Tensor): string[] {
  return Array.from({ length: images.shape[0] }, (_, index) => `example-${index}`);
}
