import { createRandom, defineTask, type Encoder, type Mode, type NumericArray, type Rank, type TaskPlugin, type Trainable } from "@ssl3d/core";
import { gridPatchSize } from "@ssl3d/data";
import { requireInputs } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { infoNce, pairLoss } from "./contrastive-losses.js";
import { cropAndPad, cutPatches, predictionPatchGrid, shareOf } from "./cut-patches.js";
import { cpcOptions, patchOptions, type CpcOptions } from "./options.js";
import { drawOtherColumns } from "./other-columns.js";
import { pickCodes } from "./pick-codes.js";
import { OUTSIDE, predictionGrid } from "./prediction-grid.js";
import { createPredictiveNetwork, type PredictiveNetwork } from "./predictive-network.js";
import { previewPrediction } from "./preview.js";

/** The patches of an image. */
export type CpcExample = {
  /** [patches, ...size, channels], first axis slowest, distorted. */
  readonly patches: NumericArray & { readonly data: Float32Array };
  /** What the loss "pairs" draws its negatives from, so that a step depends on its batch alone. */
  readonly seed: NumericArray & { readonly data: Int32Array };
};

/**
 * Contrastive predictive coding: from some patches of an image, the code of patches further on is predicted, and has to be told
 * from the codes of other patches (Taleb et al. 2020, arXiv:2006.03829, section 3.1; van den Oord et al. 2018, arXiv:1807.03748).
 */
export const cpc: TaskPlugin<"cpc", CpcOptions, CpcExample> = defineTask({
  name: "cpc",
  summary: "Predicts the codes of patches from a pyramid of patches before them, and tells them from other patches' codes",
  ranks: [2, 3],
  options: cpcOptions,
  references: ["arXiv:2006.03829", "arXiv:1807.03748"],
  example: ({ voxels, size, channels }, options, random): CpcExample => {
    const image = cropAndPad({ data: voxels, shape: [...size, channels] }, shareOf(size, options.imageCrop), random);
    const patches = cutPatches(image, patchOptions(options, size.length as Rank), random);
    return { patches, seed: { data: Int32Array.of(random.split("negatives").integer(0, 2 ** 31)), shape: [] } };
  },
  build: ({ encoder, options, inputSize, random }) => {
    const { patchesPerSide } = patchOptions(options, encoder.rank);
    const { codeSize, contextSize } = options;
    const patchSize = gridPatchSize(inputSize, predictionPatchGrid(inputSize, patchesPerSide));
    const { contexts, targets } = predictionGrid(encoder.rank, patchesPerSide);
    const [terms, predictions] = [contexts[0]!.length, targets[0]!.length];
    const network = createPredictiveNetwork({ encoder, patchSize, predictions, codeSize, contextSize, random });
    const patch = [...patchSize, encoder.channels];
    return {
      ...createTrainable(encoder, network, patchesPerSide, options.loss),
      // with either loss: InfoNCE has no answer to a single pair, and ranks by the same products
      infer: (raw) => {
        const [x, y] = requireInputs("cpc", raw, [[terms, ...patch], [predictions, ...patch]], encoder) as [Tensor, Tensor];
        return network.compare(x, y);
      },
    };
  },
  preview: ({ patches }, options) => previewPrediction(patches, options),
});

function createTrainable(encoder: Encoder, network: PredictiveNetwork, perSide: number, loss: CpcOptions["loss"]): Trainable<CpcExample> {
  const { patches: perImage, contexts, targets } = predictionGrid(encoder.rank, perSide);
  const columns = targets.length;
  // the patch of zeros lies behind those of the image
  const contextIndices = Int32Array.from(contexts.flat(), (patch) => (patch === OUTSIDE ? perImage : patch));
  const readsOutside = contexts.some((context) => context.includes(OUTSIDE));

  /** Where the patches to predict in these columns lie among all patches of the batch. */
  const targetsOf = (batchColumns: Int32Array): Int32Array =>
    Int32Array.from(
      [...batchColumns].flatMap((column) => targets[column % columns]!.map((patch) => Math.floor(column / columns) * perImage + patch)),
    );

  return {
    weights: network.weights,
    step: ({ tensors: { patches, seed } }, mode) =>
      tf.tidy(() => {
        const images = patches.shape[0];
        // every patch is encoded once, however many contexts it is in
        const { codes, zeroCode } = encodeAll(network, patches, readsOutside, mode);
        const codeSize = codes.shape[1] as number;
        const ofImages = tf.reshape(codes, [images, perImage, codeSize]);
        const readable = zeroCode === undefined ? ofImages : tf.concat([ofImages, tf.tile(tf.expandDims(zeroCode, 0), [images, 1, 1])], 1);
        const read = tf.reshape(pickCodes(readable, contextIndices), [images * columns, -1, codeSize]);
        const predictions = network.predict(network.summarise(read, mode), mode);

        const ownColumns = new Int32Array(images * columns).map((_, column) => column);
        const truth = targetsOf(ownColumns);
        if (loss === "infonce") return infoNce(tf.reshape(predictions, [-1, codeSize]), codes, truth);
        const random = createRandom(Array.from(seed.dataSync()).join());
        const others = targetsOf(drawOtherColumns(encoder.rank, perSide, images, random));
        const codesAt = (indices: Int32Array): Tensor => tf.reshape(pickCodes(tf.expandDims(codes, 0), indices), predictions.shape);
        return pairLoss(predictions, codesAt(truth), codesAt(others));
      }),
    dispose: () => network.dispose(),
  };
}

/** The codes of all patches of a batch, [images * patches, code], and where it is asked for that of an empty patch, [1, code]. */
function encodeAll(network: PredictiveNetwork, patches: Tensor, withZeros: boolean, mode: Mode): { codes: Tensor; zeroCode?: Tensor } {
  const [images, perImage, ...shape] = patches.shape as [number, number, ...number[]];
  const flat = tf.reshape(patches, [images * perImage, ...shape]);
  if (!withZeros) return { codes: network.encode(flat, mode) };
  const all = network.encode(tf.concat([flat, tf.zeros([1, ...shape])]), mode);
  const [codes, zeroCode] = tf.split(all, [images * perImage, 1]) as [Tensor, Tensor];
  return { codes, zeroCode };
}
