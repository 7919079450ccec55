import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor3D } from "@tensorflow/tfjs-core";

/**
 * The codes with these indices from every group of [groups, codes, size]: [groups, indices, size]. As a product with a matrix of zeros and
 * ones, because the gradient of gathering takes time quadratic in the batch on tfjs' cpu backend.
 */
export function pickCodes(codes: Tensor, indices: Int32Array): Tensor {
  return tf.tidy(() => {
    const [groups, count] = codes.shape as [number, number, number];
    // cast, since the wasm backend of tfjs fills a float32 one-hot with the bits of integers
    const selection = tf.cast(tf.oneHot(tf.tensor1d(indices, "int32"), count), "float32");
    return tf.matMul(tf.tile<Tensor3D>(tf.expandDims(selection, 0), [groups, 1, 1]), codes);
  });
}
