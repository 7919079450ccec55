import { readFileSync } from "node:fs";
import {
  createRandom,
  decodeSafetensors,
  encoderContract,
  encodeSafetensors,
  isSsl3dError,
  loadWeights,
  partDescription,
  validate,
  type Encoder,
  type EncoderContract,
  type NamedArrays,
  type NumericArray,
} from "@ssl3d/core";
import { segmentation, segmentationOptions } from "@ssl3d/heads";
import { residualEncoder, residualEncoderOptions, unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { convertMapping, type ConvertedByMapping, type ConvertMappingOptions } from "./convert-mapping.js";
import type { MappingInput } from "./mapping-file.js";

// tools/peers/mapping_fixtures.py makes them with PyTorch
const fixture = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}.safetensors`, import.meta.url));
const outputsOf = (name: string): NamedArrays => decodeSafetensors(fixture(`${name}-outputs`), name).tensors;
const mapping = (name: string): MappingInput => JSON.parse(readFileSync(new URL(`../../mappings/${name}.json`, import.meta.url), "utf8")) as MappingInput;

const UNET = mapping("pytorch-unet");
const RESIDUAL = mapping("nnunet-residual-encoder");
const unet = (changed: Partial<MappingInput> = {}, options: ConvertMappingOptions = {}, bytes = fixture("unet")): Promise<ConvertedByMapping> =>
  convertMapping(bytes, "unet.safetensors", { ...UNET, ...changed }, { mappingLabel: "unet.json", ...options });

async function failure(conversion: Promise<unknown>): Promise<{ code: string; message: string; facts: Readonly<Record<string, unknown>> }> {
  const error: unknown = await conversion.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isSsl3dError(error)) return error;
  throw new Error("The conversion was not refused.", { cause: error });
}

/** The file with tensors changed, added or, where undefined, taken out. */
function edited(name: string, changes: Readonly<Record<string, NumericArray | undefined>>): Uint8Array {
  const tensors = new Map(decodeSafetensors(fixture(name), name).tensors);
  for (const [key, array] of Object.entries(changes)) {
    if (array === undefined) tensors.delete(key);
    else tensors.set(key, array);
  }
  return encodeSafetensors(tensors);
}

function contractOf({ files }: ConvertedByMapping): EncoderContract {
  return validate(encoderContract, JSON.parse(files["contract.json"] as string), "contract.json");
}

const weightsOf = ({ files }: ConvertedByMapping, file: string): NamedArrays => decodeSafetensors(files[file] as Uint8Array, file).tensors;

function ensureEqual(received: tf.Tensor, expected: NumericArray): void {
  expect(received.shape).toEqual(expected.shape);
  const values = received.dataSync();
  const scale = Math.max(...Array.from(expected.data, Math.abs));
  const worst = Math.max(...Array.from(expected.data, (value, index) => Math.abs(value - values[index]!)));
  expect(scale).toBeGreaterThan(0.01);
  expect(worst / scale).toBeLessThan(1e-4);
}

const tensorOf = ({ data, shape }: NumericArray): tf.Tensor => tf.tensor(data, [...shape]);

describe("a U-Net of plain torch.nn", () => {
  it("converts to an encoder and a segmentation head that compute what PyTorch computed", async () => {
    const converted = await unet();
    const { architecture, rank, inputChannels } = contractOf(converted);
    const encoder = unetEncoder.build({ rank, channels: inputChannels.length, options: unetEncoderOptions.parse(architecture.options), random: createRandom(1) });
    const { options, inputSize } = validate(partDescription, JSON.parse(converted.files["head/head.json"] as string), "head.json");
    const head = segmentation.build({ encoder, options: segmentationOptions.parse(options), inputSize, random: createRandom(2) });
    loadWeights(encoder.weights, weightsOf(converted, "weights.safetensors"));
    loadWeights(head.weights, weightsOf(converted, "head/weights.safetensors"));
    const expected = outputsOf("unet");
    tf.tidy(() => {
      const input = tensorOf(expected.get("input")!);
      ensureEqual(encoder.forward(input, { training: false }).output, expected.get("bottleneck")!);
      ensureEqual(head.predict(input), expected.get("probabilities")!);
    });
    head.dispose();
    encoder.dispose();
  });

  it("leaves nothing unsaid in the report", async () => {
    const converted = await unet();
    const { report } = converted;
    const names = [...decodeSafetensors(fixture("unet"), "unet").tensors.keys()];
    expect([...report.tensors, ...report.unused].map(({ source }) => source).sort()).toEqual(names.sort());
    expect(report.unused.every(({ source, reason }) => source.endsWith("num_batches_tracked") && reason.includes("ignored by"))).toBe(true);
    expect(report.tensors).toContainEqual({ source: "up.0.weight", sourceShape: [12, 6, 2, 2, 2], axes: [2, 3, 4, 1, 0], destination: "head/level1/up/kernel", shape: [2, 2, 2, 6, 12] });
    expect(report.tensors).toContainEqual({ source: "encoder.blocks.2.5.running_var", sourceShape: [12], axes: null, destination: "encoder/level2/norm2/movingVariance", shape: [12] });
    expect(report.unknown).toEqual(["preprocessing", "patchSize", "provenance"]);
    expect(contractOf(converted).unknown).toEqual(report.unknown);
    const text = converted.files["conversion.md"] as string;
    for (const name of names) expect(text).toContain(`| ${name} |`);
  });

  it("takes what the mapping file knows into the contract", async () => {
    const known = { preprocessing: { spacing: [3, 1, 1] }, dataset: "20 CT volumes", licences: ["CC-BY-4.0"], citations: ["doi:10.1/x"] };
    const contract = contractOf(await unet({ ...known, encoder: { ...UNET.encoder, patchSize: [32, 64, 64] } }));
    expect(contract).toMatchObject({ patchSize: [32, 64, 64], inputChannels: ["CT"], preprocessing: { spacing: [3, 1, 1] }, provenance: { dataset: "20 CT volumes", licences: ["CC-BY-4.0"], citations: ["doi:10.1/x"] } });
    expect(contract.unknown).toBeUndefined();
  });
});

describe("nnU-Net's residual encoder", () => {
  it("converts to one that computes what PyTorch computed, at every level", async () => {
    const converted = await convertMapping(fixture("residual"), "residual.safetensors", RESIDUAL);
    const { architecture, rank, inputChannels } = contractOf(converted);
    const encoder: Encoder = residualEncoder.build({ rank, channels: inputChannels.length, options: residualEncoderOptions.parse(architecture.options), random: createRandom(1) });
    loadWeights(encoder.weights, weightsOf(converted, "weights.safetensors"));
    const expected = outputsOf("residual");
    tf.tidy(() => {
      const { pyramid } = encoder.forward(tensorOf(expected.get("input")!), { training: false });
      pyramid.forEach((level, index) => ensureEqual(level, expected.get(`level${index}`)!));
    });
    encoder.dispose();
  });
});

describe("convertMapping refuses", () => {
  it("tensors that no rule takes, unless partial", async () => {
    const error = await failure(unet({ ignore: [] }));
    expect(error.code).toBe("SSL3D_MAPPING_UNUSED");
    expect(error.message).toContain("10 are neither");
    expect((await unet({ ignore: [] }, { partial: true })).report.unused).toHaveLength(10);
  });

  it("tensors that lead to weights which the network does not have, and says so", async () => {
    const { code, facts } = await failure(unet({ encoder: { ...UNET.encoder, options: { ...UNET.encoder.options, levels: 1 } } }));
    expect(code).toBe("SSL3D_MAPPING_UNUSED");
    expect(facts["unused"]).toContain('"encoder.blocks.2.0.bias" [12] (the network has no "encoder/level2/conv1/bias")');
  });

  it("weights that nothing is found for, unless partial or given as a constant", async () => {
    const bytes = edited("unet", { "output.bias": undefined, "up.0.bias": undefined });
    const error = await failure(unet({}, {}, bytes));
    expect(error.code).toBe("SSL3D_MAPPING_MISSING");
    expect(error.facts["missing"]).toEqual(['"head/level1/up/bias" [6]', '"head/output/bias" [3]']);
    const { report, files } = await unet({}, { partial: true }, bytes);
    expect(report.initial.map(({ destination }) => destination)).toEqual(["head/level1/up/bias", "head/output/bias"]);
    expect([...decodeSafetensors(files["head/weights.safetensors"] as Uint8Array, "head").tensors.keys()]).toContain("output/bias");
    const filled = await unet({ constants: [{ to: "head/**/bias", value: 0.5 }] }, {}, bytes);
    expect(filled.report.constants).toEqual([
      { destination: "head/level1/up/bias", shape: [6], value: 0.5 },
      { destination: "head/output/bias", shape: [3], value: 0.5 },
    ]);
    expect(weightsOf(filled, "head/weights.safetensors").get("output/bias")).toEqual({ data: new Float32Array(3).fill(0.5), shape: [3] });
  });

  it("leaves missing kernels at random values, not at zero, in a partial conversion", async () => {
    const converted = await unet({}, { partial: true }, edited("unet", { "output.weight": undefined }));
    expect(weightsOf(converted, "head/weights.safetensors").get("output/kernel")!.data.some((value) => value !== 0)).toBe(true);
  });

  it("two rules for a tensor, a rule for what is ignored, and two tensors for a weight", async () => {
    const output = { from: "output.bias", to: "head/output/bias" };
    expect(await failure(unet({ rules: [...UNET.rules, output] }))).toMatchObject({ code: "SSL3D_MAPPING_AMBIGUOUS", message: expect.stringContaining('"output.bias" fits the rule "output.{value}" and the rule "output.bias"') as string });
    expect(await failure(unet({ ignore: ["**.num_batches_tracked", "output.**"] }, { partial: true }))).toMatchObject({ code: "SSL3D_MAPPING_AMBIGUOUS", message: expect.stringContaining('"output.**" under "ignore"') as string });
    const second = edited("unet", { extra: { data: new Float32Array(3), shape: [3] } });
    expect(await failure(unet({ rules: [...UNET.rules, { from: "extra", to: "head/output/bias" }] }, {}, second))).toMatchObject({ code: "SSL3D_MAPPING_AMBIGUOUS", message: expect.stringContaining('"head/output/bias" gets') as string });
  });

  it("shapes that do not fit, also partially, with both shapes", async () => {
    const rules = UNET.rules.map((rule) => (rule.from.startsWith("output") ? { ...rule, transpose: "none" as const } : rule));
    const { code, message } = await failure(unet({ rules }, { partial: true }));
    expect(code).toBe("SSL3D_MAPPING_SHAPE");
    expect(message).toContain('"output.weight" [3, 3, 1, 1, 1] becomes [3, 3, 1, 1, 1], "head/output/kernel" is [1, 1, 1, 3, 3]');
    const axes = UNET.rules.map((rule) => (rule.from.startsWith("output") ? { ...rule, transpose: [1, 0] } : rule));
    expect((await failure(unet({ rules: axes }))).message).toContain("cannot be transposed by [1, 0]");
    const integers = edited("unet", { "output.bias": { data: new Int32Array(3), shape: [3] } });
    expect((await failure(unet({}, {}, integers))).message).toContain("holds integers");
  });

  it("weights that are no numbers, by name", async () => {
    const bytes = edited("unet", { "output.bias": { data: Float32Array.of(1, NaN, 2), shape: [3] } });
    expect(await failure(unet({}, {}, bytes))).toMatchObject({ code: "SSL3D_MAPPING_NOT_FINITE", facts: { tensors: ["output.bias"] } });
  });

  it("files in which it finds nothing, also partially", async () => {
    const bytes = encodeSafetensors(new Map([["module.output.bias", { data: new Float32Array(3), shape: [3] }]]));
    expect((await failure(unet({}, { partial: true }, bytes))).code).toBe("SSL3D_MAPPING_NOTHING");
  });

  it("sums of what is no number", async () => {
    const bytes = edited("unet", { "up.last.bias": { data: new Float32Array(3), shape: [3] } });
    expect((await failure(unet({}, {}, bytes))).code).toBe("SSL3D_MAPPING_NOT_A_NUMBER");
  });

  it.each<[string, object, string, string]>([
    ["a capture that the pattern lacks", { rules: [{ from: "a.{x}", to: "encoder/{y}" }] }, "SSL3D_CONFIG_INVALID", "rules[0].to"],
    ["a restriction of a capture that the pattern lacks", { rules: [{ from: "a.{x}", to: "encoder/{x}", where: { y: {} } }] }, "SSL3D_CONFIG_INVALID", "rules[0].where"],
    ["a destination that is neither encoder nor head", { rules: [{ from: "a", to: "level0/kernel" }] }, "SSL3D_CONFIG_INVALID", "rules[0].to"],
    ["braces without a name", { ignore: ["a.{"] }, "SSL3D_CONFIG_INVALID", "ignore[0]"],
    ["an unknown field", { rule: [] }, "SSL3D_CONFIG_UNKNOWN_KEY", "rule"],
    ["an encoder that does not exist", { encoder: { name: "unett", rank: 3, channels: ["CT"] } }, "SSL3D_PLUGIN_UNKNOWN", "unett"],
    ["an option that the encoder does not have", { encoder: { ...UNET.encoder, options: { depth: 3 } } }, "SSL3D_CONFIG_UNKNOWN_KEY", "depth"],
  ])("%s", async (_, changed, code, text) => {
    expect(await failure(unet(changed))).toMatchObject({ code, message: expect.stringContaining(text) as string });
  });
});
