import type { Batch, HostBatch, Mode } from "@ssl3d/core";
import type { NpyArray } from "@ssl3d/data";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { expectClose, expectNumber, TOLERANCE } from "../compare.js";
import { buildCpcNetwork, splitCpc } from "../cpc-network.js";
import { buildExemplarNetwork, splitExemplar } from "../exemplar-network.js";
import { filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { GoldenStep, type NamedTensor } from "../golden-step.js";
import { layersOf, type KerasLayer } from "../keras-layers.js";
import { assignFlat, assignKerasWeights, readKerasWeights } from "../keras-weights.js";
import { buildClassifier, buildUnet, INFERENCE, readTensor, splitClassifier, splitUnet, TRAINING, type RebuiltNetwork } from "../networks.js";
import { stepTolerance, undecidedUpdates } from "../step-tolerance.js";
import { withTensorFlowRounding } from "../tensorflow-rounding.js";

/** Reads "<stem>.<part>.npy". */
type ReadArray = (part: string) => Promise<NpyArray>;

/** Some steps come without it. */
const AFTER_FIVE = "after5_trainable";

/** Training steps of the original: loss, every gradient, weights and statistics after one Adam step and after five. */
export const trainingStep: GoldenKind = {
  name: "training-step",
  summary: "training steps of the original: loss, gradients, weights after one and five Adam steps, outputs before and after",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "optimizer", "trainable_layout", "nontrainable_layout", "loss_step1"]);
    return descriptors
      .filter(({ json }) => [splitUnet, splitClassifier, splitCpc, splitExemplar].some((split) => split(layersOf(json)) !== undefined))
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => checkSteps(folder, descriptor),
      }));
  },
};

async function checkSteps(folder: GoldenFolder, { stem, json }: Descriptor): Promise<string | undefined> {
  const network = rebuild(layersOf(json));
  const step = new GoldenStep(json, network);
  const read: ReadArray = (part) => folder.readArray(`${stem}.${part}.npy`);
  const images = await readImages(folder, stem);
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
    const tolerance = await withTensorFlowRounding(() => checkTraining(step, batch, host, read, restart, folder.files.includes(`${stem}.${AFTER_FIVE}.npy`)));

    if (folder.files.includes(`${stem}.after.hdf5`)) {
      assignKerasWeights([...network.encoder.weights, ...network.weights], await readKerasWeights(folder.locate(`${stem}.after.hdf5`)));
      await expectOutput(network, images, INFERENCE, "infer_output_after", read, TOLERANCE);
    }
    return tolerance === TOLERANCE ? undefined : `within ${tolerance.toExponential(1)}: one rounding of its weights moves its gradients by a quarter of that`;
  } finally {
    network.dispose();
    tf.dispose([images, truth]);
  }
}

function rebuild(layers: readonly KerasLayer[]): RebuiltNetwork {
  if (splitUnet(layers) !== undefined) return buildUnet(layers);
  if (splitExemplar(layers) !== undefined) return buildExemplarNetwork(layers);
  return splitCpc(layers) === undefined ? buildClassifier(layers) : buildCpcNetwork(layers);
}

/** The inputs of the network: "x0", "x1", ... one behind the other along the axis after the batch where there are several. */
async function readImages(folder: GoldenFolder, stem: string): Promise<Tensor> {
  const parts = filesOf(folder, stem).filter((file) => /\.x\d+\.npy$/.test(file));
  const inputs = await Promise.all(parts.map((file) => readTensor(folder, file)));
  const images = tf.tidy(() => tf.concat(inputs, 1));
  tf.dispose(inputs);
  return images;
}

/** Returns the tolerance that it held everything to. */
async function checkTraining(
  step: GoldenStep,
  batch: Batch,
  host: HostBatch,
  read: ReadArray,
  restart: () => Promise<void>,
  hasAfterFive: boolean,
): Promise<number> {
  const { network, json } = step;
  const images = batch.tensors["images"] as Tensor;
  await restart();
  step.chooseLoss(batch);
  const tolerance = stepTolerance(step, batch);

  await restart();
  await expectOutput(network, images, INFERENCE, "infer_output_before", read, tolerance);
  await expectOutput(network, images, TRAINING, "train_output", read, tolerance);

  await restart();
  const { loss, gradients } = step.gradients(batch);
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
  // each step adds to what the weights may differ by; where rounding shows at all it decides one update or another of any weight
  const [later, stray] = [5 * tolerance, tolerance === TOLERANCE ? 0 : 2 * step.optimizer.adam_lr];
  (json["loss_steps_2_to_5"] as readonly number[]).forEach((expected, index) => {
    expectNumber(`loss of step ${index + 2}`, losses[index + 1] as number, expected, later);
  });
  const afterFive = undecided.map((slack) => Math.max(5 * slack, stray));
  if (hasAfterFive) await expectFlat("weights after 5 steps", step.trained, (await read(AFTER_FIVE)).data, later, afterFive);
  return tolerance;
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

/** Holds tensors, one after the other, against one flat array: each within its own largest magnitude. */
async function expectFlat(
  what: string,
  actual: readonly NamedTensor[],
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
