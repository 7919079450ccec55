import { decodeSafetensors } from "@ssl3d/core";
import { readFile } from "node:fs/promises";
import h5wasm, { Dataset } from "h5wasm";
import { describe, expect, it } from "vitest";
import { convertKeras } from "../convert-keras.js";
import { toKeras } from "../to-keras/to-keras.js";
import { readKerasCheckpoint } from "./read-keras-checkpoint.js";

// tools/peers/hdf5_fixtures.py makes them with h5py
const fixture = async (name: string): Promise<Uint8Array> => new Uint8Array(await readFile(new URL(`fixtures/${name}.hdf5`, import.meta.url)));

/** The first kernel as numpy turns it into float32. */
async function expectedKernel(name: string): Promise<Float32Array> {
  const { FS } = await h5wasm.ready;
  FS.writeFile("/expected.hdf5", await fixture(name));
  const file = new h5wasm.File("/expected.hdf5", "r");
  const { value } = file.get("expected") as Dataset;
  file.close();
  return value as Float32Array;
}

describe("weights that are not float32", () => {
  it.each([
    ["float16", "Weights in float16 are float32 here, the same numbers."],
    ["float64", "Weights in float64 were rounded to float32, about 7 digits."],
  ])("reads %s as numpy does, and says so", async (type, warning) => {
    const [kernel] = (await readKerasCheckpoint(await fixture(type), type)).groups[0]!.tensors;
    expect(kernel).toMatchObject({ name: "conv2d/kernel:0", storedAs: type });
    const expected = await expectedKernel(type);
    expect(expected[1]).toBe(2 ** -24);
    expect([...kernel!.data].every((value, index) => Object.is(value, expected[index]))).toBe(true);
    const { files, report } = await convertKeras(await fixture(type), type);
    expect(report.source.weightTypes).toEqual([type]);
    expect(report.warnings).toContain(warning);
    expect(decodeSafetensors(files["weights.safetensors"] as Uint8Array, "weights").tensors.get("level0/conv1/kernel")!.data).toEqual(expected);
  });

  it("writes them as float32 on the way back, and says so", async () => {
    const { files } = await convertKeras(await fixture("float16"), "half.hdf5");
    const { bytes, report } = await toKeras(files, "half");
    expect(report.warnings).toEqual([expect.stringContaining("had them in float16") as string]);
    const [kernel] = (await readKerasCheckpoint(bytes, "back")).groups[0]!.tensors;
    expect(kernel?.storedAs).toBeUndefined();
    expect(kernel?.data).toEqual(await expectedKernel("float16"));
  });

  it("names a type that it does not read, instead of calling the file damaged", async () => {
    await expect(readKerasCheckpoint(await fixture("opaque"), "a.hdf5")).rejects.toMatchObject({
      code: "SSL3D_KERAS_FILE_INVALID",
      message: expect.stringContaining('received in weight "conv2d/kernel:0" of layer "conv2d" 2 bytes each of a type that HDF5 does not know (bfloat16') as string,
      fix: expect.not.stringContaining("damaged") as string,
    });
  });
});
