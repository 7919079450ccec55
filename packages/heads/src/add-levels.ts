import * as tf from "@tensorflow/tfjs-core";
import type { EncoderLevel } from "@ssl3d/core";
import { upsampleLinear } from "@ssl3d/nn";

/**
 * One linear layer a level, from the deepest up: each sum is enlarged to the next level's resolution and added to its
 * answer. That equals enlarging all features first, since a linear layer acts on each voxel alike, and is far cheaper.
 *
 * @param pyramid one tensor a level, shallow to deep, [batch, ...spatial, channels]
 * @param kernels one matrix a level, [channels, classes]
 * @param bias [classes]
 * @returns logits [batch, ...image size, classes]
 */
export function addLevels(
  levels: readonly EncoderLevel[],
  pyramid: readonly tf.Tensor[],
  kernels: readonly tf.Tensor[],
  bias: tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => {
    const answers = pyramid.map((features, level) => {
      const rows = tf.matMul(tf.reshape(features, [-1, features.shape.at(-1)!]), kernels[level] as tf.Tensor2D);
      return tf.reshape(rows, [...features.shape.slice(0, -1), bias.size]);
    });
    const logits = answers.reduceRight((deeper, answer, level) =>
      tf.add(enlarge(deeper, levels[level + 1]!.stride / levels[level]!.stride), answer),
    );
    return tf.add(enlarge(logits, levels[0]!.stride), bias);
  });
}

/**
 * The derivatives of a loss by the kernels and the bias (last), from its derivative by the logits.
 *
 * @param gradient [batch, ...image size, classes]
 */
export function addLevelsGradients(
  levels: readonly EncoderLevel[],
  pyramid: readonly tf.Tensor[],
  gradient: tf.Tensor,
): tf.Tensor[] {
  return tf.tidy(() => {
    const classes = gradient.shape.at(-1)!;
    let answer = gradient;
    const kernels = pyramid.map((features, level) => {
      answer = shrink(answer, levels[level]!.stride / (levels[level - 1]?.stride ?? 1));
      // Transposing the thin matrices spares transposing the features. The wasm backend also breaks where a tensor is the
      // second factor of two products in different shapes, as `answer` would be here and in `shrink`.
      const thin = tf.transpose(tf.reshape(answer, [-1, classes]));
      return tf.transpose(tf.matMul(thin, tf.reshape(features, [-1, features.shape.at(-1)!])));
    });
    return [...kernels, tf.sum(tf.reshape(gradient, [-1, classes]), 0)];
  });
}

function enlarge(logits: tf.Tensor, factor: number): tf.Tensor {
  return factor === 1 ? logits : upsampleLinear(logits, factor);
}

/** The derivative by what was enlarged, from the derivative by what came of it. */
function shrink(gradient: tf.Tensor, factor: number): tf.Tensor {
  if (factor === 1) return gradient;
  const small = gradient.shape.map((length, axis) => (axis === 0 || axis === gradient.rank - 1 ? length : length / factor));
  return tf.grad((logits) => upsampleLinear(logits, factor))(tf.zeros(small), gradient);
}
