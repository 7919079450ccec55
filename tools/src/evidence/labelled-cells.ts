import {
  createRandom,
  MemoryCheckpointStore,
  train,
  trainingOptions,
  type Encoder,
} from "@ssl3d/core";
import { linearReadout, reestimateStatistics, segmentation } from "@ssl3d/heads";
import { headBatches } from "./batches.js";
import type { Cell } from "./cells.js";
import type { CaseDice, CellResult } from "./cell-store.js";
import { describe, loadDecoder, loadPretrained } from "./pretrained-encoders.js";
import { drawLabelled, scoreCases } from "./score-cases.js";
import { segmentationSettings } from "./segmentation-settings.js";
import { RANDOM } from "./study.js";
import { buildEncoder, volumeSize, type Workshop } from "./workshop.js";

type LabelledCell = Exclude<Cell, { kind: "pretrain" }>;

/** Percentages of the steps at which fine-tuning is scored: pretraining shows early. */
const SCORED_AT = [25, 50, 100];

/**
 * Runs a read-out or a fine-tuning. The seed draws the labelled cases, the head and the order of batches, and without
 * pretraining the encoder: all encoders get the same for the same seed.
 */
export async function labelledCell(shop: Workshop, cell: LabelledCell): Promise<Omit<CellResult, "fingerprint">> {
  const started = performance.now();
  const encoder = buildEncoder(shop, `seed ${cell.seed}`);
  try {
    const encoderHash = cell.encoder === RANDOM ? undefined : await loadPretrained(shop, cell.encoder, encoder);
    if (cell.encoder !== RANDOM && encoderHash === undefined) throw new Error(`The encoder "${cell.encoder}" is not pretrained yet.`);
    const dice = cell.kind === "probe" ? { 100: await readOut(shop, cell, encoder) } : await finetune(shop, cell, encoder);
    const seconds = (performance.now() - started) / 1000;
    return { cell, engine: describe(shop), seconds, ...(encoderHash !== undefined && { encoderHash }), dice };
  } finally {
    encoder.dispose();
  }
}

async function readOut(shop: Workshop, { labels, seed }: LabelledCell, encoder: Encoder): Promise<CaseDice> {
  const { labelValues } = shop.data;
  const random = createRandom(seed).split("evidence read-out");
  const cases = drawLabelled(shop, labels, (pool) => random.split("labelled").shuffle(pool));
  const readout = await linearReadout({ encoder, cases, labelValues, steps: shop.study.probe.steps, random });
  try {
    return await scoreCases(shop, readout);
  } finally {
    readout.dispose();
  }
}

async function finetune(shop: Workshop, { encoder: name, labels, seed }: LabelledCell, encoder: Encoder): Promise<Record<string, CaseDice>> {
  const { study, data, signal } = shop;
  const { steps, batchSize, learningRate } = study.finetune;
  const random = createRandom(seed).split("evidence fine-tuning");
  const cases = drawLabelled(shop, labels, (pool) => random.split("labelled").shuffle(pool));
  const { options, classPrior } = segmentationSettings(data, cases);
  const head = segmentation.build({ encoder, options, inputSize: volumeSize(study), random: random.split("head"), classPrior });
  if (study.encoders[name]?.withDecoder === true) await loadDecoder(shop, name, head);
  const batches = headBatches(segmentation, options, cases, batchSize, random.split("batches"));
  // Statistics are re-estimated for each scoring; going on from the checkpoint puts back what training had.
  const checkpoints = new MemoryCheckpointStore();
  const dice: Record<string, CaseDice> = {};
  try {
    for (const percent of SCORED_AT) {
      const last = Math.max(1, Math.round((steps * percent) / 100));
      const pause = new AbortController();
      await train({
        encoder,
        trainable: head,
        batches,
        options: trainingOptions.parse({ steps, batchSize, learningRate, schedule: { name: "cosine" }, checkpointEvery: 0 }),
        random: random.split("training"),
        checkpoints,
        resume: true,
        signal: AbortSignal.any([signal, pause.signal]),
        onEvent: (event) => {
          if (event.type === "step" && event.step === last) pause.abort();
        },
      });
      signal.throwIfAborted();
      const statistics = headBatches(segmentation, options, cases, 1, random.split("statistics"));
      await reestimateStatistics({ encoder, trainable: head, batches: statistics, count: cases.length });
      dice[percent] = await scoreCases(shop, head);
    }
    return dice;
  } finally {
    head.dispose();
  }
}
