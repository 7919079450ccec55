import { Worker } from "node:worker_threads";

/** Runs in the worker, which reads no TypeScript: registers tsx for its imports first. */
const IN_WORKER = `
const { parentPort, workerData } = require("node:worker_threads");
(async () => {
  const { register } = await import(workerData.tsx);
  register();
  const { tensorflow } = await import(workerData.engine);
  const tf = await import(workerData.tfjs);
  await tensorflow.activate({});
  parentPort.postMessage(Array.from(tf.conv3d(tf.ones([1, 3, 3, 3, 2]), tf.ones([3, 3, 3, 2, 1]), 1, "valid").dataSync()));
})().catch((error) => { throw error; });
`;

/** Fails where the engine does not start and compute in a worker thread. */
export async function computesInWorker(): Promise<void> {
  const resolve = (name: string): string => import.meta.resolve(name);
  const workerData = { tsx: resolve("tsx/esm/api"), engine: resolve("@ssl3d/backend-tensorflow"), tfjs: resolve("@tensorflow/tfjs-core") };
  const worker = new Worker(IN_WORKER, { eval: true, workerData });
  const result = await new Promise<unknown>((done, failed) => {
    worker.once("message", done);
    worker.once("error", failed);
    worker.once("exit", (code) => failed(new Error(`the worker ended with exit code ${code}`)));
  });
  await worker.terminate();
  if (JSON.stringify(result) !== "[54]") throw new Error(`a convolution of ones gave ${JSON.stringify(result)} instead of [54]`);
}
