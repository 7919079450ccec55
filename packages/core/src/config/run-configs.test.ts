import { describe, expect, expectTypeOf, it } from "vitest";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isSsl3dError, type Ssl3dError } from "../errors.js";
import { axisOrder, encoderContract, type EncoderContract } from "./encoder-contract.js";
import { defineConfig } from "./define-config.js";
import { finetuneConfig, type FinetuneInput } from "./finetune.js";
import { partDescription, type PartDescription } from "./part-description.js";
import { preprocessingOptions } from "./preprocessing.js";
import { pretrainConfig, type PretrainInput } from "./pretrain.js";
import { describeTasks, tasksOf } from "./task-choice.js";
import { validate } from "./validate.js";

function failure(schema: StandardSchemaV1, value: unknown): Ssl3dError {
  try {
    validate(schema, value, "config.json");
  } catch (error) {
    if (isSsl3dError(error)) return error;
    throw error;
  }
  throw new Error("expected an Ssl3dError");
}

describe("pretrainConfig", () => {
  it("fills in every default", () => {
    const config = validate(pretrainConfig, { task: "rotation", data: { path: "volumes" } }, "config.json");
    expect(config).toMatchObject({
      task: { name: "rotation", options: {} },
      encoder: { name: "unet", options: {} },
      data: { path: "volumes", cases: null, preprocessing: { orientation: "RAS", normalisation: "z-score", size: null } },
      training: { steps: 1000, optimizer: { name: "adam", epsilon: 1e-7 } },
      validationFraction: 0.1,
      engine: "auto",
      precision: "auto",
    });
  });

  it("resolves to itself: what a run folder holds can be read again", () => {
    const config = validate(pretrainConfig, { task: { name: "rotation" }, data: { path: "volumes" } }, "config.json");
    expect(validate(pretrainConfig, JSON.parse(JSON.stringify(config)), "config.json")).toEqual(config);
  });

  it("takes a list of tasks, each with its weight", () => {
    const input: PretrainInput = { task: ["rotation", { name: "masked", weight: 0.5, options: { share: 0.6 } }], data: { path: "volumes" } };
    const config = validate(pretrainConfig, input, "config.json");
    const mix = [{ name: "rotation", weight: 1, options: {} }, { name: "masked", weight: 0.5, options: { share: 0.6 } }];
    expect(config.task).toEqual(mix);
    expect(tasksOf(config.task)).toEqual(mix);
    expect(describeTasks(config.task)).toBe("rotation + masked");
    expect(validate(pretrainConfig, JSON.parse(JSON.stringify(config)), "config.json")).toEqual(config);
    expect(tasksOf({ name: "rotation", options: {} })).toEqual([{ name: "rotation", weight: 1, options: {} }]);
    const fault = (task: unknown): string => failure(pretrainConfig, { task, data: { path: "a" } }).message;
    expect(fault([{ name: "rotation", weight: 0 }])).toContain('"task[0].weight": number to be >0, received 0');
    expect(fault([])).toContain('"task"');
    expect(failure(pretrainConfig, { task: [{ name: "rotation", wieght: 1 }], data: { path: "a" } }).fix).toContain('"task[0].weight"');
  });

  it("leaves to the folder to start from what it brings, and nothing where there is none", () => {
    const base = { task: "rotation", data: { path: "volumes" } };
    const plain = validate(pretrainConfig, base, "config.json");
    expect(Object.keys(plain).some((key) => key === "from" || key === "partial")).toBe(false);
    const started = validate(pretrainConfig, { ...base, from: "runs/a", partial: true }, "config.json");
    expect(started).toMatchObject({ from: "runs/a", partial: true, encoder: null, data: { preprocessing: null } });
    const resolved = { ...started, encoder: plain.encoder, data: plain.data };
    expect(validate(pretrainConfig, JSON.parse(JSON.stringify(resolved)), "config.json")).toEqual(resolved);
    expect(failure(pretrainConfig, { ...base, partial: true }).message).toContain('"partial": it only beside `from`');
    expect(failure(finetuneConfig, { data: { path: "a" }, partial: true }).message).toContain('"partial": it only beside an encoder folder');
  });

  it("takes slices by their plane alone, and patches by one number", () => {
    const { data } = validate(pretrainConfig, { task: "rotation", data: { path: "a", slices: "axial", crop: 32 } }, "config.json");
    expect(data).toMatchObject({ slices: { axis: "axial", foreground: 0.1 }, crop: 32 });
    expect(failure(pretrainConfig, { task: "rotation", data: { path: "a", slices: "axail" } }).message).toContain('"axial" or "coronal" or "sagittal"');
  });

  it("does not know the original's val_split", () => {
    const error = failure(pretrainConfig, { task: "rotation", data: { path: "a" }, val_split: 0.1 });
    expect(error.code).toBe("SSL3D_CONFIG_UNKNOWN_KEY");
    expect(error.fix).toContain("validationFraction");
  });

  it("names faults deep inside", () => {
    expect(failure(pretrainConfig, { task: "rotation", data: { path: "a" }, training: { learnigRate: 1 } }).fix).toContain(
      '"training.learningRate"',
    );
    expect(failure(pretrainConfig, { task: "rotation", data: { path: "a" }, training: { optimizer: { name: "adamm" } } }).message).toContain(
      '"adam" or "adamw" or "sgd"',
    );
    expect(failure(pretrainConfig, { task: "rotation", data: {} }).message).toContain('"data.path"');
    expect(failure(pretrainConfig, { data: { path: "a" } }).message).toContain('"task"');
  });
});

describe("finetuneConfig", () => {
  it("starts from scratch with the default architecture", () => {
    const config = validate(finetuneConfig, { data: { path: "cases", labels: 5 } }, "config.json");
    expect(config).toMatchObject({ head: { name: "segmentation" }, encoder: "scratch", architecture: { name: "unet", options: {} } });
    expect(config.data).toMatchObject({ labels: 5, test: null, preprocessing: null });
    expect(validate(finetuneConfig, config, "config.json")).toEqual(config);
  });

  it("takes the architecture from an encoder folder, and only from there", () => {
    const config = validate(finetuneConfig, { encoder: "runs/pretrain", data: { path: "cases" } }, "config.json");
    expect(config.architecture).toBeNull();
    const error = failure(finetuneConfig, { encoder: "runs/pretrain", architecture: "unet", data: { path: "cases" } });
    expect(error.message).toContain('"architecture": nothing beside an encoder folder');
  });

  it("takes labelled cases by number or by id", () => {
    expect(validate(finetuneConfig, { data: { path: "a", labels: ["one", "two"] } }, "config.json").data.labels).toEqual(["one", "two"]);
    expect(failure(finetuneConfig, { data: { path: "a", labels: 0 } }).message).toContain('"data.labels"');
  });
});

describe("preprocessingOptions", () => {
  it("wants percentiles and intensities in order", () => {
    expect(failure(preprocessingOptions, { clipPercentiles: [99, 1] }).message).toContain("the lower percentile before the upper one");
    expect(failure(preprocessingOptions, { intensityRange: [240, -160] }).message).toContain("the lower intensity before the higher one");
  });
});

describe("encoderContract", () => {
  const contract: EncoderContract = {
    formatVersion: 1,
    architecture: { package: "@ssl3d/nn", name: "unet", options: { filters: 16 } },
    rank: 3,
    axisOrder: axisOrder(3),
    inputChannels: ["t1"],
    patchSize: [64, 64, 64],
    preprocessing: validate(preprocessingOptions, { spacing: [2, 2, 2] }, "test"),
    slices: null,
    levels: [{ channels: 16, stride: 1 }],
    output: { channels: 16, stride: 2 },
    weights: { file: "weights.safetensors", sha256: "0".repeat(64) },
    provenance: {
      task: { name: "rotation", options: {} },
      dataset: "synthetic",
      cases: 8,
      steps: 100,
      seed: 1,
      engine: "cpu",
      codeVersion: "0.1.0",
      licences: ["CC0-1.0"],
      citations: [],
    },
  };

  it("survives JSON", () => {
    expect(validate(encoderContract, JSON.parse(JSON.stringify(contract)), "contract.json")).toEqual(contract);
    const from = { folder: "runs/a", sha256: "0".repeat(64), task: null, dataset: "synthetic", loaded: 9, adapted: 1, random: 0 };
    const unsure: EncoderContract = { ...contract, unknown: ["preprocessing", "patchSize"], provenance: { ...contract.provenance, from } };
    expect(validate(encoderContract, JSON.parse(JSON.stringify(unsure)), "contract.json")).toEqual(unsure);
  });

  it("refuses other versions and damaged hashes", () => {
    expect(failure(encoderContract, { ...contract, formatVersion: 2 }).message).toContain('"formatVersion": 1, received 2');
    expect(failure(encoderContract, { ...contract, weights: { file: "a", sha256: "xyz" } }).message).toContain("64 hexadecimal digits");
  });
});

describe("partDescription", () => {
  const part: PartDescription = {
    formatVersion: 1,
    package: "@ssl3d/heads",
    name: "segmentation",
    options: { labelValues: [0, 1] },
    inputSize: [16, 16, 8],
    weights: { file: "weights.safetensors", sha256: "0".repeat(64) },
  };

  it("survives JSON, and layers that take vectors have no spatial size", () => {
    for (const inputSize of [[], [32, 32], part.inputSize])
      expect(validate(partDescription, JSON.parse(JSON.stringify({ ...part, inputSize })), "head.json")).toEqual({ ...part, inputSize });
  });

  it("refuses other versions, empty sizes and damaged hashes", () => {
    expect(failure(partDescription, { ...part, formatVersion: 2 }).message).toContain('"formatVersion": 1, received 2');
    expect(failure(partDescription, { ...part, inputSize: [16, 0] }).message).toContain('"inputSize[1]"');
    expect(failure(partDescription, { ...part, weights: { file: "a", sha256: "xyz" } }).message).toContain("64 hexadecimal digits");
  });
});

describe("defineConfig", () => {
  it("returns its argument and checks it at compile time", () => {
    const config = defineConfig({ task: "rotation", data: { path: "volumes" }, training: { steps: 10 } });
    expectTypeOf(config).toExtend<PretrainInput>();
    expectTypeOf(defineConfig({ data: { path: "cases", labels: 5 } })).toExtend<FinetuneInput>();
    expect(config.training.steps).toBe(10);
    // @ts-expect-error -- steps is a number
    expect(defineConfig({ task: "rotation", data: { path: "volumes" }, training: { steps: "10" } })).toBeDefined();
  });
});
