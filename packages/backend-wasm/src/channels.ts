import type { Heap } from "./heap.js";

/** Writes the sums over the rows of x [rows, channels] to `target` [channels]; both are addresses. */
export function sumPerChannel(heap: Heap, x: number, rows: number, channels: number, target: number): void {
  heap.scratch(8 * channels, (scratch) => {
    const sums = heap.doubles(scratch, channels).fill(0);
    heap.kernels.channelSums(x, rows, channels, scratch);
    heap.floats(target, channels).set(sums);
  });
}
