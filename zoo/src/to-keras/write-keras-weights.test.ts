import h5wasm from "h5wasm";
import { describe, expect, it } from "vitest";
import { readKerasCheckpoint } from "../hdf5/read-keras-checkpoint.js";
import { writeKerasWeights } from "./write-keras-weights.js";

describe("writeKerasWeights", () => {
  it("writes what the reader of Keras files reads, bit for bit", async () => {
    const groups = [
      { name: "input_1", tensors: [] },
      { name: "conv1/conv", tensors: [{ name: "conv1/conv/kernel:0", shape: [1, 2, 3], data: Float32Array.of(-0, 1e-42, 3, NaN, Infinity, 0.1) }] },
      { name: "conv1/bn", tensors: [{ name: "conv1/bn/gamma:0", shape: [1], data: Float32Array.of(2) }, { name: "conv1/bn/beta:0", shape: [1], data: Float32Array.of(3) }] },
      { name: "scalar", tensors: [{ name: "value:0", shape: [], data: Float32Array.of(4) }] },
    ];
    const read = await readKerasCheckpoint(await writeKerasWeights(groups, "2.2.4-tf"), "written");
    expect(read).toMatchObject({ model: null, kerasVersion: "2.2.4-tf", hasOptimizer: false });
    expect(read.groups.map((group) => ({ ...group, tensors: group.tensors.map((tensor) => ({ ...tensor, shape: [...tensor.shape] })) }))).toEqual(groups);
    const bits = (data: Float32Array): number[] => [...new Uint32Array(Float32Array.from(data).buffer)];
    expect(bits(read.groups[1]!.tensors[0]!.data).slice(0, 2)).toEqual(bits(groups[1]!.tensors[0]!.data).slice(0, 2));
  });

  it("writes names as ASCII strings of fixed length, and long lists in parts, as Keras does", async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `a_layer_with_quite_a_long_name_${index}`);
    const bytes = await writeKerasWeights(names.map((name) => ({ name, tensors: [] })), "2.2.4-tf");
    const { FS } = await h5wasm.ready;
    FS.writeFile("/names.hdf5", bytes);
    const { attrs } = new h5wasm.File("/names.hdf5", "r");
    expect(Object.keys(attrs).sort()).toEqual(["backend", "keras_version", "layer_names0", "layer_names1"]);
    for (const { metadata } of Object.values(attrs)) expect(metadata).toMatchObject({ type: 3, vlen: false, cset: 0 });
    expect((await readKerasCheckpoint(bytes, "written")).groups.map(({ name }) => name)).toEqual(names);
  });
});
