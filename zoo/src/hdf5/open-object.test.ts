import { readFile } from "node:fs/promises";
import h5wasm, { type File, type Group } from "h5wasm";
import { describe, expect, it } from "vitest";
import { readKerasCheckpoint } from "./read-keras-checkpoint.js";

const LAYER = "conv2d/conv2d";
const KERNEL = `${LAYER}/kernel:0`;
let made = 0;

/** Float32 weights of two layers, changed. */
async function changed(change: (file: File) => void): Promise<Uint8Array> {
  const { FS } = await h5wasm.ready;
  const path = `/links-${++made}.hdf5`;
  const file = new h5wasm.File(path, "w");
  file.create_attribute("layer_names", ["conv2d"]);
  const layer = file.create_group("conv2d");
  layer.create_attribute("weight_names", ["conv2d/kernel:0"]);
  layer.create_group("conv2d");
  file.create_group("store").create_dataset({ name: "kernel:0", data: Float32Array.of(1, 2), shape: [2], dtype: "<f" });
  change(file);
  file.close();
  return FS.readFile(path);
}

const inLayer = (file: File): Group => file.get(LAYER) as Group;

describe("links in a Keras file", () => {
  it("are followed within the file", async () => {
    const bytes = await changed((file) => inLayer(file).create_soft_link("/store/kernel:0", "kernel:0"));
    const { groups } = await readKerasCheckpoint(bytes, "a.hdf5");
    expect(groups[0]!.tensors[0]!.data).toEqual(Float32Array.of(1, 2));
  });

  it.each<[string, (file: File) => unknown, string]>([
    ["to another file", (file) => inLayer(file).create_external_link("other.hdf5", "/kernel", "kernel:0"), `"/${KERNEL}" is a link to "/kernel" in another file, "other.hdf5", which is not opened`],
    [
      "to another file by way of a link within this one",
      (file) => {
        inLayer(file).create_soft_link("/gone/kernel:0", "kernel:0");
        file.create_external_link("other.hdf5", "/store", "gone");
      },
      '"/gone" is a link to "/store" in another file, "other.hdf5", which is not opened',
    ],
    ["to nothing", (file) => inLayer(file).create_soft_link("/nowhere", "kernel:0"), `"/${KERNEL}" is a link to "/nowhere", which the file does not hold`],
    ["to themselves", (file) => inLayer(file).create_soft_link(`/${KERNEL}`, "kernel:0"), `"/${KERNEL}" is a link that leads back to itself`],
  ])("%s are named, and the file refused", async (_, link, message) => {
    await expect(readKerasCheckpoint(await changed(link), "a.hdf5")).rejects.toMatchObject({
      code: "SSL3D_KERAS_FILE_INVALID",
      message: expect.stringContaining(message) as string,
      fix: expect.not.stringContaining("damaged") as string,
    });
  });

  it("still says what is missing where there is no link", async () => {
    await expect(readKerasCheckpoint(await changed(() => undefined), "a.hdf5")).rejects.toThrow('weight "conv2d/kernel:0" of layer "conv2d" is missing');
  });

  // tools/peers/hdf5_fixtures.py makes them with h5py
  it.each([
    ["virtual", 'a view of "/conv2d/conv2d/kernel:0" in "elsewhere.hdf5"'],
    ["external", "numbers lie in another file (external storage), which is not opened"],
  ])("weights that are %s are refused, not read as zeros", async (name, message) => {
    const bytes = new Uint8Array(await readFile(new URL(`fixtures/${name}.hdf5`, import.meta.url)));
    await expect(readKerasCheckpoint(bytes, "a.hdf5")).rejects.toThrow(message);
  });
});

describe("a file behind a block of the user's own", () => {
  it.each([512, 1024, 4096])("of %i bytes is read", async (length) => {
    const plain = await changed((file) => inLayer(file).create_hard_link("/store/kernel:0", "kernel:0"));
    const bytes = new Uint8Array(length + plain.length);
    bytes.set(new TextEncoder().encode("#!/bin/sh"));
    bytes.set(plain, length);
    expect((await readKerasCheckpoint(bytes, "a.hdf5")).groups).toEqual((await readKerasCheckpoint(plain, "a.hdf5")).groups);
  });

  it("is none where the signature stands elsewhere", async () => {
    const plain = await changed(() => undefined);
    const bytes = new Uint8Array(700 + plain.length);
    bytes.set(plain, 700);
    await expect(readKerasCheckpoint(bytes, "a.hdf5")).rejects.toThrow("does not begin as HDF5 files do");
  });
});
