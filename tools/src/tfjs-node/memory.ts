import { unetWorkload } from "@ssl3d/node";
import * as tf from "@tensorflow/tfjs-core";

const STEPS = 50;
const WARM_UP = 10;
/** Growth over all steps that noise of the allocator explains. */
const ALLOWED_MIB = 30;

/** Fails where training steps of a small U-Net leave tensors behind or resident memory grows. */
export async function memoryStaysFlat(backend: string): Promise<void> {
  await tf.setBackend(backend);
  const workload = unetWorkload({ size: 32, batch: 2, filters: 8 }).build();
  for (let step = 0; step < WARM_UP; step++) workload.run();
  const [tensors, before] = [tf.memory().numTensors, process.memoryUsage.rss()];
  for (let step = 0; step < STEPS; step++) workload.run();
  const growth = (process.memoryUsage.rss() - before) / 2 ** 20;
  const left = tf.memory().numTensors - tensors;
  workload.dispose();
  console.log(`note  resident memory: ${(before / 2 ** 20).toFixed(0)} MiB, ${growth.toFixed(1)} MiB more after ${STEPS} steps`);
  if (left !== 0) throw new Error(`${left} tensors were left behind`);
  if (growth > ALLOWED_MIB) throw new Error(`resident memory grew by ${growth.toFixed(1)} MiB in ${STEPS} steps`);
}
