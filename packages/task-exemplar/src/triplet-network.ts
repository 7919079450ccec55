import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { tripletLoss, type BuildRequest, type Example, type Mode, type NumericArray, type Trainable } from "@ssl3d/core";
import { createDense, flattenedLength, requireInputs, type Layer } from "@ssl3d/nn";
import { derangeByDraws } from "./derangement.js";
import { batchOfOne } from "./errors.js";
import type { ExemplarOptions } from "./options.js";

/** A changed copy of an image, the image, and another image or the draw that decides which of the batch it is. */
export interface ExemplarExample extends Example {
  /** The changed copy, [...spatial, channels]. */
  readonly anchor: NumericArray;
  /** The image as it is, [...spatial, channels]. */
  readonly positive: NumericArray;
  /** With `negatives: "dataset"` another case's image, [...spatial, channels]. */
  readonly negative?: NumericArray;
  /** With `negatives: "batch"` a random number that takes part in choosing it, shape []. */
  readonly draw?: NumericArray;
}

/** Codes of a batch of triplets, each [batch, codeSize] with entries between 0 and 1. */
export type Codes = Readonly<Record<"anchor" | "positive" | "negative", Tensor>>;

/** A network that makes codes of images, such that a changed copy's is near its original's and far from another's. */
export interface TripletNetwork extends Trainable<ExemplarExample> {
  /** The codes of a batch's images; every image is encoded once. Negatives of the batch are of other cases where ids are given. The caller owns them. */
  codesOf(
    tensors: { readonly anchor: Tensor; readonly positive: Tensor; readonly negative?: Tensor; readonly draw?: Tensor },
    mode: Mode,
    caseIds?: readonly string[],
  ): Codes;
}

/**
 * Puts the layers that make codes onto an encoder. `infer` takes triplets [batch, 3, ...spatial, channels], changed image, unchanged
 * image, another image, to their codes [batch, 3, codeSize].
 */
export function createTripletNetwork({ encoder, options, inputSize, random }: BuildRequest<ExemplarOptions>): TripletNetwork {
  const inputs = flattenedLength(encoder, inputSize);
  const names = options.projection === "shared" ? ["code"] : ["anchor", "positive", "negative"];
  const layers = names.map((name) => createDense({ name, inputs, outputs: options.codeSize, activation: "sigmoid", random: random.split(name) }));
  const project = layers.length === 1 ? projectTogether(layers[0]!) : projectApart(layers);

  const codesOf: TripletNetwork["codesOf"] = ({ anchor, positive, negative, draw }, mode, caseIds) =>
    tf.tidy(() => {
      const images = negative === undefined ? [anchor, positive] : [anchor, positive, negative];
      // one pass for all, so that batch normalisation sees changed and unchanged images alike
      const features = tf.reshape(encoder.forward(tf.concat(images), mode).output, [-1, inputs]);
      const order = (): number[] => derangeByDraws(draw!.dataSync(), caseIds);
      return project(features, images.length, order, mode);
    });
  return {
    weights: layers.flatMap((layer) => layer.weights),
    codesOf,
    infer: (raw) => {
      const [triplets] = requireInputs("exemplar", raw, [[3, ...inputSize, encoder.channels]], encoder) as [Tensor];
      return tf.tidy(() => {
        const [anchor, positive, negative] = tf.unstack(triplets, 1) as [Tensor, Tensor, Tensor];
        const codes = codesOf({ anchor, positive, negative }, { training: false });
        return tf.stack([codes.anchor, codes.positive, codes.negative], 1);
      });
    },
    step: ({ tensors, caseIds }, mode) => tf.tidy(() => scoreCodes(codesOf(tensors, mode, caseIds), options.margin)),
    dispose: () => {
      for (const layer of layers) layer.dispose();
    },
  };
}

/** From features [images * batch, inputs], anchors first, to codes; `order` says whose positive is whose negative where there is none. */
type Projection = (features: Tensor, images: number, order: () => number[], mode: Mode) => Codes;

function projectTogether(layer: Layer): Projection {
  return (features, images, order, mode) => {
    const [anchor, positive, negative] = tf.split(layer.forward(features, mode), images);
    return { anchor: anchor!, positive: positive!, negative: negative ?? takeOthers(positive!, order) };
  };
}

function projectApart([forAnchor, forPositive, forNegative]: readonly Layer[]): Projection {
  return (features, images, order, mode) => {
    const [anchor, positive, negative] = tf.split(features, images);
    return {
      anchor: forAnchor!.forward(anchor!, mode),
      positive: forPositive!.forward(positive!, mode),
      negative: forNegative!.forward(negative ?? takeOthers(positive!, order), mode),
    };
  };
}

/** For every row another one of the batch. */
function takeOthers(rows: Tensor, order: () => number[]): Tensor {
  if (rows.shape[0] < 2) throw batchOfOne();
  return tf.gather(rows, order());
}

function scoreCodes({ anchor, positive, negative }: Codes, margin: number): { loss: Scalar; metrics: { accuracy: Scalar } } {
  const distanceTo = (codes: Tensor): Tensor => tf.mean(tf.squaredDifference(anchor, codes), -1);
  const nearer = tf.less(distanceTo(positive), distanceTo(negative));
  return {
    loss: tripletLoss(anchor, positive, negative, margin),
    metrics: { accuracy: tf.mean<Scalar>(tf.cast(nearer, "float32")) },
  };
}
