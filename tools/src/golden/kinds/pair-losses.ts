import { posix } from "node:path";
import { binaryCrossEntropy, binaryCrossEntropyFromLogits, tripletLoss } from "@ssl3d/core";
import { pairLogits } from "@ssl3d/task-cpc";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { expectClose, expectNumber } from "../compare.js";
import { filesOf, type GoldenFolder } from "../golden-folder.js";
import type { GoldenCase, GoldenKind } from "../golden-kind.js";
import { findJsonEntries, type JsonEntry } from "../json-entries.js";
import { readTensor } from "../networks.js";

/** The original's losses of pairs of codes (predictive coding) and of triplets (exemplar), with the latter's gradients. */
export const pairLosses: GoldenKind = {
  name: "pair-losses",
  summary: "the original's cross-entropy of pairs and triplet loss, with the latter's gradient",
  find: async (folder) => {
    const pairs = await findJsonEntries(folder, ["binary_crossentropy", "binary_accuracy"]);
    const triplets = (await findJsonEntries(folder, [])).filter(({ value }) => tripletFields(value).length > 0);
    const toCase = (entry: JsonEntry, check: (folder: GoldenFolder, arrays: string, entry: JsonEntry) => Promise<undefined>): GoldenCase => {
      const arrays = posix.join(posix.dirname(entry.stem), entry.key);
      return {
        name: `${entry.stem}:${entry.key}`,
        files: [`${entry.stem}.json`, ...filesOf(folder, arrays)],
        run: () => check(folder, arrays, entry),
      };
    };
    return [...pairs.map((entry) => toCase(entry, checkPairs)), ...triplets.map((entry) => toCase(entry, checkTriplets))];
  },
};

/** Fields such as "triplet_loss_alpha1", which name the margin. */
function tripletFields(value: JsonEntry["value"]): [margin: number, expected: number][] {
  return Object.entries(value).flatMap(([name, expected]) => {
    const margin = /^triplet_loss_alpha([\d.]+)$/.exec(name)?.[1];
    return margin === undefined ? [] : [[Number(margin), expected as number] satisfies [number, number]];
  });
}

async function checkTriplets(folder: GoldenFolder, arrays: string, { value }: JsonEntry): Promise<undefined> {
  const codes = await readTensor(folder, `${arrays}.y_pred.npy`);
  try {
    for (const [margin, expected] of tripletFields(value)) {
      const loss = (x: Tensor): tf.Scalar => {
        const [anchor, positive, negative] = tf.unstack(x, 1) as [Tensor, Tensor, Tensor];
        return tripletLoss(anchor, positive, negative, margin);
      };
      expectNumber(`triplet loss with margin ${margin}`, tf.tidy(() => loss(codes).dataSync()[0] as number), expected);
      const gradient = tf.grad(loss)(codes);
      expectClose("gradient", gradient, await folder.readArray(`${arrays}.grad.npy`));
      gradient.dispose();
    }
  } finally {
    codes.dispose();
  }
}

/** Either codes with their probabilities lie beside the file, or probabilities are in it, as extreme as they may be. */
async function checkPairs(folder: GoldenFolder, arrays: string, { value }: JsonEntry): Promise<undefined> {
  const within = value["probs"] as number[][] | undefined;
  const read = (part: string): Promise<Tensor> => readTensor(folder, `${arrays}.${part}.npy`);
  const given = within === undefined ? await read("probs") : tf.tensor2d(within);
  const labels = within === undefined ? await read("labels") : tf.tensor2d(value["labels"] as number[][]);
  const owned = [given, labels];
  try {
    const check = (what: string, loss: () => tf.Scalar, isTrue: () => Tensor): void => {
      const expectScalar = (name: string, make: () => Tensor): void =>
        expectNumber(`${name} ${what}`, tf.tidy(() => make().dataSync()[0] as number), value[name] as number);
      expectScalar("binary_crossentropy", loss);
      expectScalar("binary_accuracy", () => tf.mean(tf.cast(tf.equal(tf.cast(isTrue(), "float32"), labels), "float32")));
    };
    check("of probabilities", () => binaryCrossEntropy(labels, given), () => tf.greater(given, 0.5));
    if (within !== undefined) return undefined;
    const [predictions, codes] = [await read("preds"), await read("y_encoded")];
    const logits = tf.tidy(() => tf.expandDims(pairLogits(predictions, codes), -1));
    owned.push(predictions, codes, logits);
    expectClose("probabilities", tf.tidy(() => tf.sigmoid(logits)), { data: await given.data(), shape: given.shape });
    check("of codes", () => binaryCrossEntropyFromLogits(labels, logits), () => tf.greater(logits, 0));
    return undefined;
  } finally {
    tf.dispose(owned);
  }
}
