import type { BackendPlugin, BackendStatus } from "@ssl3d/core";
import { checkEngineOptions } from "@ssl3d/node";
import { conv } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";

const CHANNELS = 16;
/** Voxels along each axis: small, so that slow engines answer within a second. */
const SIZE = 24;
const TAPS = 27;
const REPEATS = 3;

/** Billions of operations a second of an engine in a 3x3x3 convolution, 16 to 16 channels, forward, in its best precision: the best of up to three. */
export async function measureEngine(plugin: BackendPlugin, { precisions }: BackendStatus): Promise<number> {
  await plugin.activate(checkEngineOptions(plugin, { precision: precisions[0] }));
  const operations = 2 * TAPS * CHANNELS * CHANNELS * SIZE ** 3;
  const image = tf.ones([1, SIZE, SIZE, SIZE, CHANNELS]);
  const filter = tf.ones([3, 3, 3, CHANNELS, CHANNELS]);
  let best = Infinity;
  const start = performance.now();
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    // A slow engine is known by one.
    if (repeat > 1 && performance.now() - start > 1000) break;
    const begin = performance.now();
    const result = conv(image, filter);
    await result.data();
    result.dispose();
    // The first one warms up.
    if (repeat > 0) best = Math.min(best, performance.now() - begin);
  }
  tf.dispose([image, filter]);
  return operations / best / 1e6;
}
