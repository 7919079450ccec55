import { createRandom, diceCrossEntropy } from "@ssl3d/core";
import { createUnetDecoder, unetEncoder } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { wasm } from "./plugin.js";
import "./test-support.js";

/** Kernels of tfjs' wasm module that compute voxel by voxel in scalar code or in JavaScript. */
const SLOW = /^(Conv3D|Conv2DBackprop|Conv3DBackprop|MaxPool3D|AvgPool3D|MaxPoolGrad|AvgPoolGrad|Concat|SplitV|Slice|Sum|Transpose|Tile|GatherV2)/;

function errorOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

describe("the wasm engine", () => {
  it("is there, with SIMD, and can be activated twice", async () => {
    expect(await wasm.probe()).toMatchObject({ status: "ok", precisions: ["float32"] });
    expect(await wasm.activate({})).toBe("wasm");
    const kernel = tf.getKernel("Conv3D", "wasm");
    expect(await wasm.activate({})).toBe("wasm");
    expect(tf.getKernel("Conv3D", "wasm")).toBe(kernel);
    expect(tf.getBackend()).toBe("wasm");
  });

  it("leaves no handlers of tfjs' module on the process", async () => {
    await wasm.activate({});
    const handlers = [...process.listeners("uncaughtException"), ...process.listeners("unhandledRejection")];
    expect(handlers.map(String).filter((source) => source.includes("ExitStatus"))).toEqual([]);
  });

  it("runs a U-Net training step without a slow stock kernel and without leaks", async () => {
    await wasm.activate({});
    // tfjs' kernels look up the module's functions in `asm` at every call.
    const stock = (tf.backend() as unknown as { wasm: { asm: Record<string, unknown> } }).wasm;
    const called = new Set<string>();
    const exports = stock.asm;
    stock.asm = new Proxy({}, {
      get: (_, name: string) => {
        called.add(name);
        return exports[name];
      },
    });
    const random = createRandom(1);
    const options = { filters: 4, levels: 2, pooling: "none", batchNorm: true, dropout: 0.2, dropoutChangePerLevel: 0, recompute: false, maxPoolTies: "first" } as const;
    const encoder = unetEncoder.build({ rank: 3, channels: 1, options, random });
    const decoder = createUnetDecoder({ encoder, outputs: 4, random });
    const variables = [...encoder.weights, ...decoder.weights].filter(({ trainable }) => trainable).map(({ variable }) => variable);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const images = tf.randomNormal([2, 8, 8, 8, 1]);
      const labels = tf.randomUniform([2, 8, 8, 8], 0, 4, "int32");
      const truth = tf.cast(tf.oneHot(labels, 4), "float32");
      const { value } = tf.variableGrads(() => {
        const features = encoder.forward(images, { training: true, random });
        return diceCrossEntropy(truth, decoder.forward(features, { training: true, random }));
      }, variables);
      expect(Number.isFinite(value.dataSync()[0])).toBe(true);
    });
    stock.asm = exports;
    expect([...called].filter((name) => SLOW.test(name))).toEqual([]);
    expect([...called]).toContain("Multiply");
    expect(tf.memory().numTensors).toBe(before);
    encoder.dispose();
    decoder.dispose();
  });

  it("reports a full heap as a fault of the machine", async () => {
    await wasm.activate({});
    const { wasm: stock } = tf.backend() as unknown as { wasm: { _malloc(bytes: number): number } };
    const error = errorOf(() => stock._malloc(2 ** 32 - 2 ** 16));
    expect(error).toMatchObject({ code: "SSL3D_WASM_OUT_OF_MEMORY", fault: "machine" });
    expect(tf.tidy(() => tf.sum(tf.ones([10])).dataSync()[0])).toBe(10);
  });
});
