import { axisOrder, createRandom, preprocessingOptions } from "@ssl3d/core";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { cpu, saveEncoder } from "@ssl3d/node";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, type Finished } from "./testing/command.js";

let folder = "";
beforeAll(async () => {
  vi.stubEnv("SSL3D_ENGINE", "cpu");
  await cpu.activate({});
  folder = await mkdtemp(join(tmpdir(), "ssl3d-to-keras-"));
  await mkdir(join(folder, "empty"));
  for (const [name, batchNormEpsilon] of [["run/encoder", 1e-3], ["other", 1e-5]] as const) {
    const options = unetEncoderOptions.parse({ filters: 2, levels: 1, batchNormEpsilon });
    const encoder = unetEncoder.build({ rank: 3, channels: 1, options, random: createRandom(1) });
    await saveEncoder(join(folder, name), encoder, {
      formatVersion: 1,
      architecture: { package: "@ssl3d/nn", name: "unet", options: { ...options } },
      rank: 3,
      axisOrder: axisOrder(3),
      inputChannels: ["ct"],
      patchSize: [8, 8, 8],
      preprocessing: preprocessingOptions.parse({}),
      slices: null,
      levels: encoder.levels,
      output: encoder.output,
      provenance: { task: null, dataset: "none", cases: 0, steps: 0, seed: 1, engine: "none", codeVersion: "0", licences: [], citations: [] },
    });
    encoder.dispose();
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const toKeras = (...args: readonly string[]): Promise<Finished> => call(folder, "convert", "to-keras", ...args);

describe("ssl3d convert to-keras", () => {
  it("writes a run's encoder as a file that convert keras takes back bit for bit", async () => {
    const { code, stdout, stderr } = await toKeras("run", "out/encoder.hdf5");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("24 weights");
    expect(stdout).toContain('"enc_filters":2');
    expect((await call(folder, "convert", "keras", "out/encoder.hdf5", "back", "--input-size", "8")).code).toBe(0);
    expect(await readFile(join(folder, "back/weights.safetensors"))).toEqual(await readFile(join(folder, "run/encoder/weights.safetensors")));
    // nothing but the file itself is left
    expect(await readdir(join(folder, "out"))).toEqual(["encoder.hdf5"]);
  });

  it("gives a converted folder the layout of its source, and a report as JSON", async () => {
    const { code, stdout } = await toKeras("back", "again.hdf5", "--json");
    expect(code).toBe(0);
    const { groups, tensors } = JSON.parse((await toKeras("run", "first.hdf5", "--json")).stdout) as { groups: object[]; tensors: object[] };
    expect(JSON.parse(stdout)).toMatchObject({ layout: "source", keras: "2.2.4-tf", configuration: { data_is_3D: true, num_layers: 1 }, groups, tensors });
  });

  it("replaces a file only when asked to", async () => {
    const refused = await toKeras("run", "out/encoder.hdf5");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("SSL3D_CONVERSION_EXISTS");
    expect((await toKeras("run", "out/encoder.hdf5", "--overwrite")).code).toBe(0);
    expect((await toKeras("run", "out", "--overwrite")).stderr).toContain("SSL3D_CONVERSION_EXISTS");
  });

  it.each([
    ["a name that Keras does not take for HDF5", ["run"], "refused.keras", "SSL3D_KERAS_FILE_NAME"],
    ["a file in place of the folder", ["out/encoder.hdf5"], "refused.hdf5", "ssl3d convert keras"],
    ["a path through a file", ["run"], "out/encoder.hdf5/refused.hdf5", "Name another file, whose path leads through folders alone"],
  ])("says what is wrong with %s", async (_, [source], output, message) => {
    const { code, stderr } = await toKeras(source!, output);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it.each([
    ["a network that the original would compute otherwise", ["other"], "SSL3D_KERAS_CANNOT_HOLD"],
    ["a folder without a network", ["empty"], "SSL3D_KERAS_FOLDER_INCOMPLETE"],
    ["a folder that is not there", ["nowhere"], "SSL3D_NOT_A_FOLDER"],
    ["a task that the folder does not hold", ["run", "--task", "rotation"], "SSL3D_TASK_NOT_FOUND"],
  ])("refuses %s and writes nothing", async (_, [source, ...options], error) => {
    const { code, stderr } = await toKeras(source!, "refused.hdf5", ...options);
    expect(code).toBe(2);
    expect(stderr).toContain(error);
    expect(await readdir(folder)).not.toContain("refused.hdf5");
  });
});
