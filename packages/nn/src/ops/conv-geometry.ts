import type { Rank } from "@ssl3d/core";
import { perAxis } from "./shape.js";

/** How a convolution walks over its input. A number holds for every spatial axis. */
export interface ConvOptions {
  /** Voxels between neighbouring outputs. Default 1. */
  readonly strides?: number | readonly number[];
  /** Voxels between neighbouring filter taps. Default 1. */
  readonly dilations?: number | readonly number[];
  readonly padding?: Padding;
}

/**
 * Where a convolution's zeros lie. "same": ceil(size / stride) outputs, the odd zero behind, as TensorFlow. "symmetric": as many
 * zeros before as behind, half of what the filter spans besides its centre, as PyTorch's `padding=(k - 1) // 2`; it differs from
 * "same" where strides meet even sizes. "valid": none, only where the filter fits. Default "same".
 */
export type Padding = "same" | "symmetric" | "valid";

/** A convolution's parameters in the form that kernels take. */
export interface ConvGeometry {
  readonly rank: Rank;
  readonly strides: number[];
  readonly dilations: number[];
  readonly pad: "same" | "valid";
  /** Zeros to add by hand before a "valid" convolution, for [batch, ...spatial, channels]. */
  readonly zeros?: [number, number][];
}

/**
 * Settles the padding. tfjs' 3D kernels take "same" padding to be negative where the filter is shorter than the stride
 * and then read shifted voxels, so "same" is only asked of them where it adds zeros or nothing along every axis.
 */
export function convGeometry(
  rank: Rank,
  inputShape: readonly number[],
  filterShape: readonly number[],
  options: ConvOptions,
): ConvGeometry {
  const strides = perAxis(options.strides ?? 1, rank);
  const dilations = perAxis(options.dilations ?? 1, rank);
  if (options.padding === "valid") return { rank, strides, dilations, pad: "valid" };
  const spans = dilations.map((dilation, i) => ((filterShape[i] as number) - 1) * dilation + 1);
  const total = strides.map((stride, i) => {
    const size = inputShape[i + 1] as number;
    return (Math.ceil(size / stride) - 1) * stride + (spans[i] as number) - size;
  });
  if (options.padding === "symmetric") {
    const sides = spans.map((span) => Math.floor((span - 1) / 2));
    const isSame = sides.every((amount, i) => 2 * amount === total[i]);
    if (!isSame) return { rank, strides, dilations, pad: "valid", zeros: [[0, 0], ...sides.map((amount): [number, number] => [amount, amount]), [0, 0]] };
  }
  if (total.every((amount) => amount <= 0)) return { rank, strides, dilations, pad: "valid" };
  if (total.every((amount) => amount >= 0)) return { rank, strides, dilations, pad: "same" };
  const zeros = total.map((amount): [number, number] => {
    const before = Math.floor(Math.max(amount, 0) / 2);
    return [before, Math.max(amount, 0) - before];
  });
  return { rank, strides, dilations, pad: "valid", zeros: [[0, 0], ...zeros, [0, 0]] };
}
