import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { profileKernels } from "./profile-kernels.js";

const BACKEND = "profile-test";
let clock = 0;

/** Calls a kernel the way tfjs' engine does: looked up by name at the time of the call. */
function call(kernelName: string): void {
  tf.getKernel(kernelName, BACKEND).kernelFunc({ inputs: {}, backend: {} });
}

function register(kernelName: string, work: () => void): tf.KernelConfig {
  const config = { kernelName, backendName: BACKEND, kernelFunc: () => (work(), []) };
  tf.registerKernel(config);
  return config;
}

beforeEach(() => {
  clock = 0;
  register("Inner", () => (clock += 3));
  register("Outer", () => {
    clock += 5;
    call("Inner");
    call("Inner");
    clock += 2;
  });
  register("Failing", () => {
    clock += 7;
    throw new RangeError("no such shape");
  });
  register("Unused", () => undefined);
});

afterEach(() => {
  for (const { kernelName } of tf.getKernelsForBackend(BACKEND)) tf.unregisterKernel(kernelName, BACKEND);
});

describe("profileKernels", () => {
  it("gives each kernel the time that its own kernels do not take, and what is left to the rest", () => {
    const work = (): void => {
      clock += 4;
      call("Outer");
      call("Inner");
      clock += 6;
    };
    expect(profileKernels(BACKEND, work, () => clock)).toEqual({
      milliseconds: 4 + 13 + 3 + 6,
      kernels: [
        { name: "Inner", calls: 3, milliseconds: 9 },
        { name: "Outer", calls: 1, milliseconds: 7 },
      ],
      outsideMilliseconds: 10,
    });
  });

  it("counts a kernel that throws, and goes on", () => {
    const work = (): void => {
      expect(() => call("Failing")).toThrow("no such shape");
      call("Outer");
    };
    const { kernels } = profileKernels(BACKEND, work, () => clock);
    expect(Object.fromEntries(kernels.map(({ name, milliseconds }) => [name, milliseconds]))).toEqual({ Failing: 7, Outer: 7, Inner: 6 });
  });

  it("takes its clocks off again, after an error too", () => {
    const before = tf.getKernel("Outer", BACKEND).kernelFunc;
    profileKernels(BACKEND, () => expect(tf.getKernel("Outer", BACKEND).kernelFunc).not.toBe(before), () => clock);
    expect(tf.getKernel("Outer", BACKEND).kernelFunc).toBe(before);
    expect(() => profileKernels(BACKEND, () => call("Failing"), () => clock)).toThrow("no such shape");
    expect(tf.getKernel("Outer", BACKEND).kernelFunc).toBe(before);
  });
});
