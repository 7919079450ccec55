import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import { findWorkload, serveCell } from "@ssl3d/node";
import * as tf from "@tensorflow/tfjs-core";

// The process of one cell: tfjs' own backend "wasm" or "cpu", as it comes, on one workload.
const [backend, workload] = process.argv.slice(2) as [string, string];
await serveCell(
  async () => {
    if (backend === "wasm") await import("@tensorflow/tfjs-backend-wasm");
    registerGradients();
    await tf.setBackend(backend);
    return { version: `tfjs ${tf.version_core}`, threads: 1 };
  },
  () => findWorkload(workload).build(),
);
