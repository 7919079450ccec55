import * as tf from "@tensorflow/tfjs-core";
import { diceOfRegions, type Head } from "@ssl3d/core";
import { mostProbable } from "@ssl3d/heads";
import type { CaseDice } from "./cell-store.js";
import type { StudyCase } from "./study-data.js";
import type { Workshop } from "./workshop.js";

/** Dice of a network's predictions for all test cases, by "test set region". */
export async function scoreCases({ study, data, signal }: Workshop, head: Pick<Head, "predict">): Promise<CaseDice> {
  const dice: Record<string, number[]> = {};
  for (const [set, cases] of Object.entries(data.tests)) {
    for (let index = 0; index < study.testCases; index++) {
      signal.throwIfAborted();
      const { image, truth } = cases(index);
      const images = tf.tensor(image.voxels, [1, ...image.size, image.channels]);
      const probabilities = head.predict(images);
      const values = (await probabilities.data()) as Float32Array;
      const labels = mostProbable({ data: values, shape: probabilities.shape }).map((winner) => data.labelValues[winner]!);
      tf.dispose([images, probabilities]);
      for (const [region, score] of Object.entries(diceOfRegions(truth.voxels, labels, data.regions))) {
        (dice[`${set} ${region}`] ??= []).push(score);
      }
    }
  }
  return dice;
}

/** The labelled cases that a seed draws; more labels with the same seed keep the fewer ones. */
export function drawLabelled({ study, data }: Workshop, labels: number, shuffle: (cases: readonly number[]) => number[]): StudyCase[] {
  const pool = Array.from({ length: study.labelledPool }, (_, index) => index);
  return shuffle(pool).slice(0, labels).map(data.labelled);
}
