import * as tf from "@tensorflow/tfjs-core";

/** Time in one kernel. */
export interface KernelTime {
  readonly name: string;
  readonly calls: number;
  /** Without the kernels that it called in turn. */
  readonly milliseconds: number;
}

/** Where the time of some work went. */
export interface KernelProfile {
  /** All of it. */
  readonly milliseconds: number;
  /** The slowest first. */
  readonly kernels: readonly KernelTime[];
  /** The rest: JavaScript between kernels, the gradient tape, reading of results. */
  readonly outsideMilliseconds: number;
}

/**
 * Runs `work` with a clock around every kernel of a tfjs backend, and takes the clocks off again. Kernels must be synchronous,
 * as on all engines that compute on the processor. `now` is a clock in milliseconds.
 */
export function profileKernels(backend: string, work: () => void, now: () => number = () => performance.now()): KernelProfile {
  const times = new Map<string, { calls: number; milliseconds: number }>();
  /** Time spent in kernels that each kernel under way has called, outermost first. */
  const nested: number[] = [];
  const timed = ({ kernelName, kernelFunc }: tf.KernelConfig): tf.KernelFunc => {
    const entry = { calls: 0, milliseconds: 0 };
    times.set(kernelName, entry);
    return (parameters) => {
      nested.push(0);
      const begin = now();
      try {
        return kernelFunc(parameters);
      } finally {
        const passed = now() - begin;
        entry.calls++;
        entry.milliseconds += passed - nested.pop()!;
        if (nested.length > 0) nested[nested.length - 1]! += passed;
      }
    };
  };
  const stock = tf.getKernelsForBackend(backend);
  replaceKernels(backend, stock.map((kernel) => ({ ...kernel, kernelFunc: timed(kernel) })));
  const begin = now();
  try {
    work();
  } finally {
    replaceKernels(backend, stock);
  }
  const milliseconds = now() - begin;
  const kernels = [...times]
    .map(([name, time]): KernelTime => ({ name, ...time }))
    .filter(({ calls }) => calls > 0)
    .sort((a, b) => b.milliseconds - a.milliseconds);
  const inside = kernels.reduce((sum, kernel) => sum + kernel.milliseconds, 0);
  return { milliseconds, kernels, outsideMilliseconds: milliseconds - inside };
}

function replaceKernels(backend: string, kernels: readonly tf.KernelConfig[]): void {
  for (const kernel of kernels) {
    tf.unregisterKernel(kernel.kernelName, backend);
    tf.registerKernel(kernel);
  }
}
