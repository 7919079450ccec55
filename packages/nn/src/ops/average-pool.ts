import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";
import { pool } from "./pool.js";
import { padBehind, spatialRank } from "./shape.js";
import { repeatVoxels } from "./upsample-nearest.js";

/**
 * Mean over windows of `size` voxels a side that do not overlap. Voxels behind the last whole window are dropped (floor).
 *
 * @param x [batch, ...spatial, channels]
 * @param size default 2
 * @throws SSL3D_NN_RANK
 */
export function averagePool(x: Tensor, size = 2): Tensor {
  const rank = spatialRank("Average pooling", x);
  return runOperation({
    inputs: { x },
    forward: () => ({ outputs: [pool("average", x, size)], saved: [] }),
    backward: ([dy]) => ({
      gradients: {
        x: () => {
          const spread = repeatVoxels(tf.div(dy as Tensor, size ** rank), size);
          return padBehind(spread, spread.shape.slice(1, -1).map((length, i) => (x.shape[i + 1] as number) - length));
        },
      },
    }),
  })[0] as Tensor;
}
