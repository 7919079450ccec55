import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { DataId, KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { testBackend } from "./index.js";

describe("testBackend", () => {
  for (const { name, run } of testBackend("cpu")) it(name, run);
});

describe("testBackend finds", () => {
  afterEach(async () => {
    await tf.setBackend("cpu");
    tf.removeBackend("faulty");
    tf.engine().disposeVariables();
  });

  it("a kernel that computes something else", async () => {
    const found = await faults(/^2D ReLU/, { kernel: "Relu", run: (call) => cpuKernel("Abs")(call) });
    expect(found).toContain("2D ReLU, value: strays");
  });

  it("a kernel that writes into its input", async () => {
    const found = await faults(/^2D square equals/, {
      kernel: "Square",
      run: (call) => {
        const result = cpuKernel("Square")(call) as TensorInfo;
        const { x } = call.inputs as { x: TensorInfo };
        valuesOf(call.backend, x).set(valuesOf(call.backend, result));
        return result;
      },
    });
    expect(found).toContain("expected input 0 to keep its values");
  });

  it("a kernel that gives up a dimension or an element type", async () => {
    const flat = await faults(/^2D comparison equal /, { kernel: "Equal", run: (call) => ({ ...(cpuKernel("Equal")(call) as TensorInfo), shape: [36] }) });
    expect(flat).toContain("expected the shape [2,3,2,3], received [36]");
    const typed = await faults(/^2D comparison equal /, { kernel: "Equal", run: (call) => ({ ...(cpuKernel("Equal")(call) as TensorInfo), dtype: "int32" }) });
    expect(typed).toContain("expected elements of bool, received int32");
  });

  it("memory that is handed out while it is in use", async () => {
    const found = await faults(/^values that were read/, undefined, new ScribblingBackend());
    expect(found).toMatch(/expected values read from a tensor disposed of since to stay .* received NaN/);
  });

  it("a NaN that is swallowed", async () => {
    const found = await faults(/^NaN passes through: sum/, {
      kernel: "Add",
      run: (call) => {
        const result = cpuKernel("Add")(call) as TensorInfo;
        const values = valuesOf(call.backend, result);
        values.forEach((value, i) => (values[i] = Number.isNaN(value) ? 0 : value));
        return result;
      },
    });
    expect(found).toContain("expected a NaN in the result");
  });

  it("a gradient that is wrong inside a network", async () => {
    const found = await faults(/^2D step: U-Net segmentation, batch of 1/, {
      kernel: "Conv2DBackpropFilter",
      run: (call) => {
        const result = cpuKernel("Conv2DBackpropFilter")(call) as TensorInfo;
        const values = valuesOf(call.backend, result);
        values[0]! *= 2;
        return result;
      },
    });
    expect(found).toMatch(/the gradient of ".*" strays by|loss of step 1/);
  });
});

/** Wipes the values of a tensor on its disposal, as an engine does that uses the memory again. */
class ScribblingBackend extends MathBackendCPU {
  override disposeData(dataId: DataId, force?: boolean): boolean {
    const { values } = this.data.get(dataId);
    const gone = super.disposeData(dataId, force);
    if (gone && values instanceof Float32Array) values.fill(NaN);
    return gone;
  }
}

/** The messages of the checks that fail on the cpu backend with one kernel changed. */
async function faults(
  names: RegExp,
  change?: { readonly kernel: string; readonly run: KernelFunc },
  backend: MathBackendCPU = new MathBackendCPU(),
): Promise<string> {
  tf.registerBackend("faulty", () => backend);
  tf.copyRegisteredKernels("cpu", "faulty");
  if (change !== undefined) {
    tf.unregisterKernel(change.kernel, "faulty");
    tf.registerKernel({ kernelName: change.kernel, backendName: "faulty", kernelFunc: change.run });
  }
  const checks = testBackend("faulty").filter(({ name }) => names.test(name));
  expect(checks.length).toBeGreaterThan(0);
  const messages: string[] = [];
  for (const { run } of checks) await run().catch((error: unknown) => messages.push(String(error)));
  for (const { kernelName } of tf.getKernelsForBackend("faulty")) tf.unregisterKernel(kernelName, "faulty");
  return messages.join("\n");
}

/** The values of a tensor, where the backend holds them. */
function valuesOf(backend: unknown, { dataId }: TensorInfo): Float32Array {
  return (backend as { data: { get(id: DataId): { values: Float32Array } } }).data.get(dataId).values;
}

function cpuKernel(name: string): KernelFunc {
  return tf.getKernel(name, "cpu").kernelFunc;
}
