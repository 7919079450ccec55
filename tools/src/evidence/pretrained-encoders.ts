import { access, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  createRandom,
  decodeSafetensors,
  encodeSafetensors,
  loadWeights,
  readWeights,
  sha256,
  taskChoice,
  train,
  trainingOptions,
  type BatchSource,
  type Encoder,
  type Head,
  type Random,
  type Trainable,
} from "@ssl3d/core";
import { segmentation } from "@ssl3d/heads";
import { diskCheckpoints, useTask, writeFileAtomic } from "@ssl3d/node";
import { headBatches, taskBatches } from "./batches.js";
import { cellName, fingerprint, type Cell } from "./cells.js";
import type { CellResult } from "./cell-store.js";
import { changedTask } from "./changed-task.js";
import { segmentationSettings } from "./segmentation-settings.js";
import type { Pretraining } from "./study.js";
import type { Cases } from "./study-data.js";
import { buildEncoder, volumeSize, type Workshop } from "./workshop.js";

/** Batches of unseen volumes that the proxy figures are means of. */
const VALIDATION_BATCHES = 6;

/** Trains a cell's encoder and keeps its weights; goes on where an interrupted call stopped. */
export async function pretrainCell(shop: Workshop, cell: Cell & { kind: "pretrain" }): Promise<Omit<CellResult, "fingerprint">> {
  const plan = planOf(shop, cell.encoder);
  const encoder = buildEncoder(shop, `pretraining ${cell.encoder}`);
  const random = createRandom(`evidence ${cell.encoder}`);
  const { trainable, batches, validation } = await prepare(shop, plan, encoder, random);
  const checkpoints = join(encoderFolder(shop, cell.encoder), "checkpoints");
  const { steps, batchSize, learningRate } = plan;
  const started = performance.now();
  try {
    const result = await train({
      encoder,
      trainable,
      batches,
      validation: { batches: validation, count: VALIDATION_BATCHES },
      options: trainingOptions.parse({ steps, batchSize, learningRate, schedule: { name: "cosine" }, warmupSteps: Math.min(10, steps - 1), checkpointEvery: 50 }),
      random: random.split("training"),
      checkpoints: diskCheckpoints(checkpoints, { keep: 1 }),
      resume: true,
      signal: shop.signal,
      onEvent: (event) => {
        if (event.type === "step" && event.step % 50 === 0) {
          const figures = Object.entries(event.metrics).map(([name, value]) => `${name} ${value.toFixed(3)}`);
          shop.say(`  step ${event.step}/${steps}, loss ${event.loss.toFixed(3)}, ${figures.join(", ")}, ${event.seconds.toFixed(2)} s a step`);
        }
      },
    });
    shop.signal.throwIfAborted();
    const bytes = encodeSafetensors(await readWeights(encoder.weights));
    if (plan.withDecoder === true) await writeFileAtomic(decoderFile(shop, cell.encoder), encodeSafetensors(await readWeights(trainable.weights)));
    await writeFileAtomic(weightsFile(shop, cell.encoder), bytes);
    await rm(checkpoints, { recursive: true, force: true });
    return {
      cell,
      engine: describe(shop),
      seconds: (performance.now() - started) / 1000,
      encoderHash: await shortHash(bytes),
      ...(result.validation && { proxy: { loss: result.validation.loss, ...result.validation.metrics } }),
    };
  } finally {
    trainable.dispose();
    encoder.dispose();
  }
}

/** Puts the weights of a pretrained encoder into one of the same build; resolves to their hash, undefined where there are none. */
export async function loadPretrained(shop: Workshop, name: string, encoder: Encoder): Promise<string | undefined> {
  const file = weightsFile(shop, name);
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  loadWeights(encoder.weights, decodeSafetensors(bytes, file).tensors, { label: file });
  return await shortHash(bytes);
}

/** Puts the decoder that was pretrained with an encoder into a head, all but its output layer. */
export async function loadDecoder(shop: Workshop, name: string, { decoder = [] }: Head): Promise<void> {
  const file = decoderFile(shop, name);
  const names = new Set(decoder.map((weight) => weight.name));
  const arrays = [...decodeSafetensors(await readFile(file), file).tensors].filter(([key]) => names.has(key));
  loadWeights(decoder, new Map(arrays), { label: file });
}

/** Whether the weights of a pretrained encoder are there. */
export async function hasPretrained(shop: Workshop, name: string): Promise<boolean> {
  return await access(weightsFile(shop, name)).then(() => true, () => false);
}

/** "onednn float32, 2 threads". */
export function describe({ engine: { name, precision, threads } }: Workshop): string {
  return `${name} ${precision}${threads === null ? "" : `, ${threads} ${threads === 1 ? "thread" : "threads"}`}`;
}

async function prepare(
  shop: Workshop,
  plan: Pretraining,
  encoder: Encoder,
  random: Random,
): Promise<{ trainable: Trainable; batches: BatchSource; validation: BatchSource }> {
  const { study, data, plugins } = shop;
  const inputSize = volumeSize(study);
  const examples = random.split("examples");
  const unseen = random.split("unseen examples");
  if (plan.task === null) {
    const cases = Array.from({ length: study.pretrainingVolumes }, (_, index) => data.pretraining(index));
    const pool = Array.from({ length: study.labelledPool }, (_, index) => data.labelled(index));
    const { options, classPrior } = segmentationSettings(data, cases);
    return {
      trainable: segmentation.build({ encoder, options, inputSize, random: random.split("head"), classPrior }),
      batches: headBatches(segmentation, options, cases, plan.batchSize, examples),
      validation: headBatches(segmentation, options, pool, plan.batchSize, unseen),
    };
  }
  const used = await useTask(plugins, taskChoice.parse(plan.task));
  const task = changedTask(used.plugin, plan.change);
  const batches = (cases: Cases, count: number, stream: Random): BatchSource =>
    taskBatches(task, used.options, cases, count, plan.batchSize, stream);
  return {
    trainable: task.build({ encoder, options: used.options, inputSize, random: random.split("task") }),
    batches: batches(data.pretraining, study.pretrainingVolumes, examples),
    validation: batches(data.labelled, study.labelledPool, unseen),
  };
}

function planOf({ study }: Workshop, name: string): Pretraining {
  const plan = study.encoders[name];
  if (plan === undefined || plan === null) throw new Error(`The study pretrains no encoder "${name}".`);
  return plan;
}

function encoderFolder({ folder, study }: Workshop, name: string): string {
  const cell = { kind: "pretrain", encoder: name } as const;
  return join(folder, `${cellName(cell)}-${fingerprint(study, cell)}`);
}

function weightsFile(shop: Workshop, name: string): string {
  return join(encoderFolder(shop, name), "encoder.safetensors");
}

function decoderFile(shop: Workshop, name: string): string {
  return join(encoderFolder(shop, name), "decoder.safetensors");
}

async function shortHash(bytes: Uint8Array): Promise<string> {
  return (await sha256(bytes)).slice(0, 12);
}
