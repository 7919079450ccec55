import type { Disposable, Encoder, Mode, Random, Weight } from "@ssl3d/core";
import { createDense, createGru, disposeAll, flattenedLength } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { pairLogits } from "./contrastive-losses.js";

/** What a predictive network is built from. */
export interface PredictiveNetworkRequest {
  readonly encoder: Encoder;
  /** Spatial size of a patch in voxels. */
  readonly patchSize: readonly number[];
  /** How many codes are predicted from one context. */
  readonly predictions: number;
  readonly codeSize: number;
  readonly contextSize: number;
  readonly random: Random;
}

/** The parts of contrastive predictive coding that are put on an encoder. */
export interface PredictiveNetwork extends Disposable {
  /** Of the code's layer, the context network and the predictors, in this order. */
  readonly weights: readonly Weight[];
  /** Codes [patches, code] of [patches, ...spatial, channels]. */
  encode(patches: Tensor, mode: Mode): Tensor;
  /** Contexts [contexts, context] of the codes read, [contexts, terms, code]. */
  summarise(codes: Tensor, mode: Mode): Tensor;
  /** Predicted codes [contexts, predictions, code]. */
  predict(contexts: Tensor, mode: Mode): Tensor;
  /**
   * The original's full model in inference mode: how probable it is that patches `y`, [batch, predictions, ...spatial, channels], are those
   * that follow on patches `x`, [batch, terms, ...spatial, channels]. [batch, 1]
   */
  compare(x: Tensor, y: Tensor): Tensor;
}

/**
 * The original's network (Taleb et al. 2020, section 3.1): a patch's code is a linear layer on the encoder's flattened output, the
 * context is the last state of a GRU over codes, and each term to predict has a linear layer of its own on the context.
 * @throws SSL3D_NN_IMAGE_TOO_SMALL where the encoder pools a patch away
 */
export function createPredictiveNetwork(request: PredictiveNetworkRequest): PredictiveNetwork {
  const { encoder, patchSize, predictions, codeSize, contextSize, random } = request;
  const features = flattenedLength(encoder, patchSize);
  const code = createDense({ name: "code", inputs: features, outputs: codeSize, random: random.split("code") });
  const context = createGru({ name: "context", inputs: codeSize, units: contextSize, random: random.split("context") });
  const predictors = Array.from({ length: predictions }, (_, index) => {
    const name = `prediction${index + 1}`;
    return createDense({ name, inputs: contextSize, outputs: codeSize, random: random.split(name) });
  });
  const layers = [code, context, ...predictors];
  const encode = (patches: Tensor, mode: Mode): Tensor =>
    tf.tidy(() => code.forward(tf.reshape(encoder.forward(patches, mode).output, [-1, features]), mode));
  const predict = (contexts: Tensor, mode: Mode): Tensor => tf.tidy(() => tf.stack(predictors.map((predictor) => predictor.forward(contexts, mode)), 1));
  return {
    weights: layers.flatMap((layer) => layer.weights),
    encode,
    summarise: (codes, mode) => context.forward(codes, mode),
    predict,
    compare: (x, y) =>
      tf.tidy(() => {
        const mode = { training: false } as const;
        const encodeEach = (rows: Tensor): Tensor => {
          const [batch, patches, ...shape] = rows.shape as [number, number, ...number[]];
          return tf.reshape(encode(tf.reshape(rows, [batch * patches, ...shape]), mode), [batch, patches, codeSize]);
        };
        const predicted = predict(context.forward(encodeEach(x), mode), mode);
        return tf.expandDims(tf.sigmoid(pairLogits(predicted, encodeEach(y))), -1);
      }),
    dispose: () => disposeAll(layers),
  };
}
