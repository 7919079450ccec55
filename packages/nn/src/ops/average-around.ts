import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";
import { pool } from "./pool.js";
import { spatialRank } from "./shape.js";

/**
 * Mean over the window around every voxel; at the border over those of its voxels that are inside.
 *
 * @param x [batch, ...spatial, channels]
 * @param size edge of the window in voxels, odd. Default 3
 * @throws SSL3D_NN_RANK
 */
export function averageAround(x: Tensor, size = 3): Tensor {
  spatialRank("Average pooling", x);
  const average = (values: Tensor): Tensor => pool("average", values, size, { strides: 1, padding: "same" });
  return runOperation({
    inputs: { x },
    forward: () => ({ outputs: [average(x)], saved: [] }),
    backward: ([dy]) => ({
      gradients: {
        // A sum over windows is its own transpose, and a mean is a sum divided by how many voxels were inside.
        x: () =>
          tf.tidy(() => {
            const inside = voxelsInside(x.shape, size);
            return tf.mul(average(tf.div(dy as Tensor, inside)), inside);
          }),
      },
    }),
  })[0] as Tensor;
}

/** How many voxels of the window around each voxel lie in the image, [1, ...spatial, 1]. */
function voxelsInside(shape: readonly number[], size: number): Tensor {
  const reach = (size - 1) / 2;
  const spatial = shape.slice(1, -1);
  return spatial.reduce<Tensor>((counts, length, axis) => {
    const along = Float32Array.from({ length }, (_, i) => Math.min(length - 1, i + reach) - Math.max(0, i - reach) + 1);
    return tf.mul(counts, tf.tensor(along, [1, ...spatial.map((_, other) => (other === axis ? length : 1)), 1]));
  }, tf.scalar(1));
}
