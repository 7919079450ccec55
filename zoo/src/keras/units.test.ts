import { elementsOf } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import type { KerasTensor } from "../hdf5/keras-checkpoint.js";
import { readUnits } from "./units.js";

const tensor = (name: string, ...shape: number[]): KerasTensor => ({ name: `${name}:0`, shape, data: new Float32Array(elementsOf(shape)) });
const dense = [tensor("dense/kernel", 8, 5), tensor("dense/bias", 5)];
const convolution = [tensor("conv/kernel", 3, 3, 3, 1, 8), tensor("conv/bias", 8)];
const norm = ["gamma", "beta", "moving_mean", "moving_variance"].map((role) => tensor(`norm/${role}`, 8));
const kinds = (tensors: readonly KerasTensor[]): string[] =>
  readUnits({ label: "a.hdf5", groups: [{ name: "time_distributed", tensors }], model: null, kerasVersion: null, hasOptimizer: false }).units.map(({ kind }) => kind);

describe("readUnits", () => {
  it("puts a frozen encoder before what was trained on it, as the network computes", () => {
    expect(kinds([...dense, ...convolution, ...norm])).toEqual(["convolution", "normalisation", "dense"]);
    expect(kinds([...convolution, ...norm.slice(0, 2), ...dense, ...norm.slice(2)])).toEqual(["convolution", "normalisation", "dense"]);
  });

  it("keeps the order of a head, whose first layer is fully connected", () => {
    expect(kinds([tensor("a/kernel", 8, 8), tensor("a/bias", 8), ...norm])).toEqual(["dense", "normalisation"]);
  });
});
