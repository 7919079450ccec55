import { decodeSafetensors, encodeSafetensors, type NumericArray } from "@ssl3d/core";
import { readNpy, writeNpy } from "@ssl3d/data";
import type { MappingInput } from "@ssl3d/zoo";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, writeBytes, type Finished } from "./testing/command.js";

const ZOO = new URL("../../../zoo/", import.meta.url);
const fixture = async (name: string): Promise<ReadonlyMap<string, NumericArray>> =>
  decodeSafetensors(await readFile(new URL(`src/mapping/fixtures/${name}.safetensors`, ZOO)), name).tensors;

let folder = "";
beforeAll(async () => {
  vi.stubEnv("SSL3D_ENGINE", "cpu");
  folder = await mkdtemp(join(tmpdir(), "ssl3d-mapping-"));
  for (const [network, mapping] of [["unet", "pytorch-unet"], ["residual", "nnunet-residual-encoder"]] as const) {
    await writeBytes(join(folder, `${network}.safetensors`), await readFile(new URL(`src/mapping/fixtures/${network}.safetensors`, ZOO)));
    await writeBytes(join(folder, `${network}.json`), await readFile(new URL(`mappings/${mapping}.json`, ZOO)));
    const { data, shape } = (await fixture(`${network}-outputs`)).get("input")!;
    await writeBytes(join(folder, `${network}-input.npy`), writeNpy({ data, shape: [...shape] }));
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const convert = (...args: readonly string[]): Promise<Finished> => call(folder, "convert", "mapping", ...args);

async function largestDifference(file: string, expected: NumericArray): Promise<number> {
  const { data, shape } = readNpy(await readFile(join(folder, file)));
  expect(shape).toEqual(expected.shape);
  return Math.max(...Array.from(expected.data, (value, index) => Math.abs(value - Number(data[index]))));
}

describe("ssl3d convert mapping", () => {
  it("makes a model of PyTorch's U-Net, whose probabilities ssl3d run gives", async () => {
    const finished = await convert("unet.json", "unet.safetensors", "unet");
    expect(finished).toMatchObject({ code: 0, stderr: "" });
    expect(finished.stdout).toContain("66 tensors taken over, 10 left out");
    expect((await call(folder, "run", "unet", "--input", "unet-input.npy", "--output", "unet.npy")).code).toBe(0);
    expect(await largestDifference("unet.npy", (await fixture("unet-outputs")).get("probabilities")!)).toBeLessThan(1e-4);
  });

  it("checks the network against outputs, and writes nothing where they differ", async () => {
    const { data, shape } = (await fixture("unet-outputs")).get("probabilities")!;
    await writeBytes(join(folder, "sound.npy"), writeNpy({ data, shape: [...shape] }));
    await writeBytes(join(folder, "wrong.npy"), writeNpy({ data: Float32Array.from(data, (value) => value * 1.001), shape: [...shape] }));
    const wrong = await convert("unet.json", "unet.safetensors", "checked", "--verify", "unet-input.npy", "wrong.npy");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("SSL3D_CONVERSION_DIFFERS")]);
    expect((await readdir(folder)).filter((name) => name.includes("checked"))).toEqual([]);
    const sound = await convert("unet.json", "unet.safetensors", "checked", "--verify", "unet-input.npy", "sound.npy");
    expect(sound).toMatchObject({ code: 0, stdout: expect.stringContaining("outputs agree") as string });
    expect((await convert("unet.json", "unet.safetensors", "other", "--verify", "unet-input.npy")).stderr).toContain("--verify");
  });

  it("makes an encoder of nnU-Net's, whose features ssl3d run gives", async () => {
    const { code, stdout } = await convert("residual.json", "residual.safetensors", "residual", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: "mapping", encoder: { name: "residual", package: "@ssl3d/nn" }, head: null });
    expect((await call(folder, "run", "residual", "--input", "residual-input.npy", "--output", "residual.npy")).code).toBe(0);
    expect(await largestDifference("residual.npy", (await fixture("residual-outputs")).get("level2")!)).toBeLessThan(1e-4);
  });

  it("refuses what does not fit and writes nothing; with --partial it says what is missing", async () => {
    const tensors = new Map(await fixture("unet"));
    tensors.delete("output.bias");
    await writeBytes(join(folder, "less.safetensors"), encodeSafetensors(tensors));
    const refused = await convert("unet.json", "less.safetensors", "less");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("SSL3D_MAPPING_MISSING");
    expect(await readdir(folder)).not.toContain("less");
    const partial = await convert("unet.json", "less.safetensors", "less", "--partial");
    expect(partial.stdout).toContain("Left at random initial values (1): head/output/bias");
    const again = await convert("unet.json", "unet.safetensors", "less");
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("SSL3D_CONVERSION_EXISTS") as string });
    expect((await convert("unet.json", "unet.safetensors", "less", "--overwrite")).code).toBe(0);
  });

  it.each<[string, (mapping: MappingInput) => unknown, string]>([
    ["no JSON", () => "{", "SSL3D_DAMAGED_FILE"],
    ["an encoder that is not installed", (mapping) => ({ ...mapping, encoder: { ...mapping.encoder, name: "swin" } }), "SSL3D_PLUGIN_UNKNOWN"],
    ["an option that does not exist", (mapping) => ({ ...mapping, encoder: { ...mapping.encoder, options: { depth: 1 } } }), "SSL3D_CONFIG_UNKNOWN_KEY"],
  ])("refuses a mapping file with %s", async (_, change, code) => {
    const changed = change(JSON.parse(await readFile(join(folder, "unet.json"), "utf8")) as MappingInput);
    await writeBytes(join(folder, "wrong.json"), typeof changed === "string" ? changed : JSON.stringify(changed));
    const { code: exit, stderr } = await convert("wrong.json", "unet.safetensors", "wrong");
    expect([exit, stderr]).toEqual([2, expect.stringContaining(code)]);
    expect(await readdir(folder)).not.toContain("wrong");
  });
});
