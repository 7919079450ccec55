import "@tensorflow/tfjs-backend-cpu";
import { parentPort, workerData } from "node:worker_threads";
import { activate } from "../activate.js";
import { convolve, multiplyForEver } from "./work.js";

// Computes in a worker thread: once, or until it is ended.
await activate({ threads: 2, precision: "float32" });
if (workerData === "once") parentPort?.postMessage(convolve());
else await multiplyForEver(() => parentPort?.postMessage("busy"));
