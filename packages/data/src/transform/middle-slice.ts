import type { NumericArray } from "@ssl3d/core";

/** A picture of an image [...spatial, channels]: itself, or the first channel of a volume's middle axial slice as radiologists view it, the patient's right on the left. */
export function middleSlice(data: Float32Array, shape: readonly number[]): NumericArray & { readonly data: Float32Array } {
  if (shape.length === 3) return { data, shape };
  const [depth, height, width, channels] = shape as [number, number, number, number];
  const pixels = height * width;
  const last = (Math.floor(depth / 2) + 1) * pixels - 1;
  return { data: Float32Array.from({ length: pixels }, (_, pixel) => data[(last - pixel) * channels]!), shape: [height, width, 1] };
}
