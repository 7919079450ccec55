import { accuracy, binaryCrossEntropy, confusionMatrix, decodeGrade, quadraticWeightedKappa } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { expectClose, expectNumber, TOLERANCE } from "../compare.js";
import { findDescriptors } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";

type Fields = Readonly<Record<string, unknown>>;

/** Says which scores follow; no numbers. */
const REMARKS: ReadonlySet<string> = new Set(["keras_accuracy_metric_resolves_to", "notes", "note"]);

/** The original's scores of grades (rows of answers) and of plain labels: every entry of a file that describes such cases. */
export const classificationScores: GoldenKind = {
  name: "classification-scores",
  summary: "the original's kappa, accuracies and cross-entropy of grades and of plain labels",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, []);
    return descriptors.flatMap(({ stem, json }) =>
      Object.entries(json)
        .filter((entry): entry is [string, Fields] => isCase(entry[1]))
        .map(([key, fields]) => ({
          name: `${stem}:${key}`,
          files: [`${stem}.json`],
          run: () => Promise.resolve().then(() => check(fields)),
        })),
    );
  },
};

function isCase(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "y_pred" in value && (("y_true" in value && "qw_kappa_kaggle" in value) || ("y" in value && "qw_kappa" in value));
}

function check(fields: Fields): undefined {
  const { y_true: rows, y_pred: predictions, y: labels, ...expected } = fields;
  const actual = rows === undefined ? scoreLabels(labels as number[], predictions as number[]) : scoreRows(rows as number[][], predictions as number[][]);
  for (const [name, value] of Object.entries(expected)) {
    if (REMARKS.has(name)) continue;
    const found = actual[name];
    if (found === undefined) throw new Error(`score "${name}" is not understood`);
    if (Array.isArray(value)) expectClose(name, { data: found as number[], shape: [value.length] }, { data: value as number[], shape: [value.length] }, 0);
    else if (value === null || found === null) {
      if (value !== found) throw new Error(`${name}: expected ${String(value)}, received ${String(found)}`);
    } else if (value === 0) expectClose(name, { data: [found as number, 1], shape: [2] }, { data: [0, 1], shape: [2] });
    else if (name === "binary_crossentropy") expectClose(name, { data: [found as number], shape: [1] }, { data: [value as number], shape: [1] }, TOLERANCE, [roundedOff(fields)]);
    else expectNumber(name, found as number, value as number);
  }
}

/**
 * The original computes this cross-entropy in float64. Float32 has no number 1e-7 below 1, where it clips a probability of 1: where the
 * truth is 0 that makes up to 0.1 an answer.
 */
function roundedOff({ y_true, y_pred }: Fields): number {
  const truth = (y_true as number[][]).flat();
  const saturated = (y_pred as number[][]).flat().filter((value, index) => value > 1 - 1e-6 && truth[index]! < 0.5);
  return (0.1 * saturated.length) / truth.length;
}

function scoreLabels(truth: number[], prediction: number[]): Record<string, number | number[] | null> {
  // the original weighs by the places of the labels that occur, not by their values
  const present = [...new Set([...truth, ...prediction])].sort((a, b) => a - b);
  const places = (values: number[]): number[] => values.map((value) => present.indexOf(value));
  return {
    qw_kappa: quadraticWeightedKappa(confusionMatrix(places(truth), places(prediction), present.length)),
    cat_accuracy: accuracy(truth, prediction),
  };
}

function scoreRows(truth: number[][], prediction: number[][]): Record<string, number | number[] | null> {
  const decode = (rows: number[][]): number[] => rows.map((row) => decodeGrade(row, { none: -1 }));
  const grades = decode(truth);
  const found = decode(prediction);
  const width = truth[0]?.length ?? 0;
  const classes = Math.max(5, width);
  const kept = grades.flatMap((grade, i) => (grade < 0 || found[i]! < 0 ? [] : [i]));
  const winners = (rows: number[][]): number[] => rows.map((row) => row.indexOf(Math.max(...row)));
  const over = (rows: number[][]): number[] => rows.flat().map((value) => (value > 0.5 ? 1 : 0));
  return {
    qw_kappa_kaggle: quadraticWeightedKappa(confusionMatrix(kept.map((i) => grades[i]!), kept.map((i) => found[i]!), classes)),
    cat_acc_kaggle: accuracy(grades, found),
    bin_accuracy: accuracy(over(truth), over(prediction)),
    decoded_pred: found,
    binary_crossentropy: tf.tidy(() => binaryCrossEntropy(tf.tensor2d(truth), tf.tensor2d(prediction)).dataSync()[0] as number),
    categorical_accuracy: accuracy(winners(truth), winners(prediction)),
  };
}
