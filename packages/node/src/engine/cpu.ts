import { defineBackend, registerGradients, type BackendPlugin } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";

/** TensorFlow.js' plain JavaScript engine: slow, everywhere, and the reference that others are tested against. */
export const cpu: BackendPlugin<"cpu", Record<string, never>> = defineBackend({
  name: "cpu",
  summary: "TensorFlow.js' reference engine in plain JavaScript: runs everywhere, slowly",
  ranks: [2, 3],
  options: z.strictObject({}),
  priority: 0,
  probe: () => Promise.resolve({ status: "ok" as const, version: tf.version_core, precisions: ["float32" as const] }),
  async activate() {
    await import("@tensorflow/tfjs-backend-cpu");
    registerGradients();
    await tf.setBackend("cpu");
    await tf.ready();
    // Its first tensor greets on the console and recommends another package, unless tests run.
    const testing = tf.env().getBool("IS_TEST");
    tf.env().set("IS_TEST", true);
    tf.scalar(0).dispose();
    tf.env().set("IS_TEST", testing);
    return "cpu";
  },
});
