import { conv, convBias, convTranspose } from "@ssl3d/nn";
import type { Rank } from "@ssl3d/core";
import { normal } from "./inputs.js";
import { operation, type OperationCase } from "./operation-case.js";

/** Convolutions as networks use them, and odd ones. */
export function convolutionCases(rank: Rank): OperationCase[] {
  const per = <T>(...entries: [T, T, T]): T[] => entries.slice(0, rank);
  const cube = (side: number): number[] => per(side, side, side);
  const image = (batch: number, channels: number) => normal(batch, ...per(6, 5, 7), channels);
  const filter = (side: number, input: number, output: number) => normal(...cube(side), input, output);
  return [
    operation("convolution", [image(2, 4), filter(3, 4, 8)], (x, f) => conv(x, f)),
    operation("convolution of 1 channel into 16", [normal(1, ...cube(8), 1), filter(3, 1, 16)], (x, f) => conv(x, f)),
    operation("convolution of 3 images into 1 channel", [image(3, 5), filter(3, 5, 1)], (x, f) => conv(x, f)),
    operation("convolution of 17 channels into 19", [image(1, 17), filter(3, 17, 19)], (x, f) => conv(x, f)),
    operation("convolution of 16 channels into 32", [normal(1, ...cube(4), 16), filter(3, 16, 32)], (x, f) => conv(x, f)),
    operation("convolution of side 1", [image(2, 4), filter(1, 4, 3)], (x, f) => conv(x, f)),
    operation("convolution of side 2", [image(2, 3), filter(2, 3, 4)], (x, f) => conv(x, f)),
    operation("convolution of side 5", [image(1, 2), filter(5, 2, 3)], (x, f) => conv(x, f)),
    operation("convolution of unequal sides", [image(2, 3), normal(...per(1, 3, 2), 3, 4)], (x, f) => conv(x, f)),
    operation("convolution wider than the image", [normal(2, ...per(2, 1, 3), 3), filter(5, 3, 4)], (x, f) => conv(x, f)),
    operation("convolution with stride 2", [image(2, 4), filter(3, 4, 5)], (x, f) => conv(x, f, { strides: 2 })),
    operation("convolution with stride 2, 1 image of 1 channel", [image(1, 1), filter(3, 1, 8)], (x, f) => conv(x, f, { strides: 2 })),
    operation("convolution of side 1 with stride 2", [image(2, 4), filter(1, 4, 5)], (x, f) => conv(x, f, { strides: 2 })),
    operation("convolution with unequal strides", [image(2, 3), filter(3, 3, 4)], (x, f) => conv(x, f, { strides: per(2, 1, 3) })),
    operation("convolution with dilation 2", [image(2, 4), filter(3, 4, 5)], (x, f) => conv(x, f, { dilations: 2 })),
    operation("convolution with dilation 2 and stride 2", [image(2, 3), filter(3, 3, 4)], (x, f) =>
      conv(x, f, { dilations: 2, strides: 2 }),
    ),
    operation("convolution without padding", [image(2, 4), filter(3, 4, 5)], (x, f) => conv(x, f, { padding: "valid" })),
    operation("convolution without padding, with stride 2", [image(2, 3), filter(2, 3, 4)], (x, f) =>
      conv(x, f, { padding: "valid", strides: 2 }),
    ),
    operation("convolution with bias", [image(2, 4), filter(3, 4, 8), normal(8)], (x, f, b) => convBias(x, f, b)),
    operation("convolution with bias and ReLU", [image(2, 4), filter(3, 4, 8), normal(8)], (x, f, b) =>
      convBias(x, f, b, { activation: "relu" }),
    ),
    operation("convolution with bias, ReLU and stride 2", [image(3, 1), filter(3, 1, 5), normal(5)], (x, f, b) =>
      convBias(x, f, b, { activation: "relu", strides: 2 }),
    ),
    operation("convolution of side 1 with bias into 4 classes", [image(1, 16), filter(1, 16, 4), normal(4)], (x, f, b) =>
      convBias(x, f, b),
    ),
    operation("transposed convolution", [image(2, 4), filter(2, 3, 4), normal(3)], (x, f, b) => convTranspose(x, f, { strides: 2 }, b)),
    operation("transposed convolution without bias", [image(1, 8), filter(2, 5, 8)], (x, f) => convTranspose(x, f, { strides: 2 })),
    operation("transposed convolution of side 3", [image(2, 4), filter(3, 3, 4), normal(3)], (x, f, b) =>
      convTranspose(x, f, { strides: 2 }, b),
    ),
    operation("transposed convolution of side 3, without bias or padding", [image(1, 3), filter(3, 2, 3)], (x, f) =>
      convTranspose(x, f, { strides: 2, padding: "valid" }),
    ),
    operation("transposed convolution with stride 1", [image(3, 2), filter(3, 4, 2)], (x, f) => convTranspose(x, f, { strides: 1 })),
    operation("transposed convolution with unequal strides", [image(2, 3), normal(...per(1, 2, 2), 1, 3)], (x, f) =>
      convTranspose(x, f, { strides: per(1, 2, 2) }),
    ),
  ];
}
