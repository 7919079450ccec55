import { elementsOf } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import type { KerasCheckpoint, KerasGroup, KerasTensor } from "../hdf5/keras-checkpoint.js";
import { recognise } from "./recognise.js";
import type { ConvertOptions, Recognised } from "./recognised.js";

/** A file of weights alone with zeros of these shapes. */
function checkpointOf(groups: readonly KerasGroup[], model: unknown = null): KerasCheckpoint {
  return { label: "a.hdf5", groups, model, kerasVersion: null, hasOptimizer: false };
}

let made = 0;
function tensor(name: string, ...shape: number[]): KerasTensor {
  return { name: `${name}:0`, shape, data: new Float32Array(elementsOf(shape)) };
}

const convolution = (rank: number, inputs: number, outputs: number, edge = 3): KerasTensor[] => {
  const name = `c${++made}`;
  return [tensor(`${name}/kernel`, ...Array.from({ length: rank }, () => edge), inputs, outputs), tensor(`${name}/bias`, outputs)];
};
const transposed = (rank: number, inputs: number, outputs: number): KerasTensor[] => {
  const name = `t${++made}`;
  return [tensor(`${name}/kernel`, ...Array.from({ length: rank }, () => 2), outputs, inputs), tensor(`${name}/bias`, outputs)];
};
const dense = (inputs: number, outputs: number): KerasTensor[] => {
  const name = `d${++made}`;
  return [tensor(`${name}/kernel`, inputs, outputs), tensor(`${name}/bias`, outputs)];
};
const norm = (channels: number): KerasTensor[] => {
  const name = `n${++made}`;
  return ["gamma", "beta", "moving_mean", "moving_variance"].map((role) => tensor(`${name}/${role}`, channels));
};

/** The layers of the original's encoder, one list a layer. */
function encoder(rank: number, channels: number, filters: number, levels: number): KerasTensor[][] {
  return Array.from({ length: levels + 1 }, (_, level) => {
    const width = filters * 2 ** level;
    return [convolution(rank, level === 0 ? channels : width / 2, width), norm(width), convolution(rank, width, width), norm(width)];
  }).flat();
}

const flat = (layers: readonly KerasTensor[][]): KerasGroup[] => layers.map((tensors) => ({ name: `layer_${++made}`, tensors }));
const isStatistic = ({ name }: KerasTensor): boolean => name.includes("moving");
/** A nested network: all trained weights, then the statistics; layer by layer where it was frozen. */
const nested = (layers: readonly KerasTensor[][], frozen = false): KerasGroup => {
  const all = layers.flat();
  return { name: `model_${++made}`, tensors: frozen ? all : [...all.filter((one) => !isStatistic(one)), ...all.filter(isStatistic)] };
};
const group = (tensors: readonly KerasTensor[]): KerasGroup => ({ name: `one_${++made}`, tensors });
const empty = (name: string): KerasGroup => ({ name, tensors: [] });
const head = (inputs: number): KerasGroup => nested([dense(inputs, 48), norm(48), dense(48, 24), norm(24)]);

/** A stand-in for model_config with these inputs and layers. */
const modelOf = (inputs: readonly number[][], classes: readonly string[]): unknown => ({
  class_name: "Functional",
  config: {
    name: "model",
    input_layers: inputs.map((_, index) => [`input_${index}`, 0, 0]),
    layers: [
      ...inputs.map((shape, index) => ({ class_name: "InputLayer", config: { name: `input_${index}`, batch_input_shape: [null, ...shape] }, inbound_nodes: [] })),
      ...classes.map((kind, index) => ({ class_name: kind, config: { name: `layer_${index}` }, inbound_nodes: [] })),
    ],
  },
});

/** A small ResNet with a fully connected layer on its pooled features. */
function pooledResnet(outputs: number): KerasGroup[] {
  const block = [convolution(2, 8, 4, 1), norm(4), convolution(2, 4, 4, 3), norm(4), convolution(2, 4, 16, 1), norm(16)];
  return [...flat([convolution(2, 3, 8, 7), norm(8), ...block]), empty("avg_pool"), nested([dense(16, 6), dense(6, outputs)])];
}

describe("recognise, from weights alone", () => {
  it.each([2, 3])("an encoder of rank %i", (rank) => {
    const poolings = Array.from({ length: 3 }, (_, index) => empty(`max_pooling${rank}d_${index}`));
    const found = recognise(checkpointOf([...flat(encoder(rank, 4, 8, 2)), ...poolings]));
    expect(found).toMatchObject({ kind: "encoder", rank, channels: 4, encoder: { name: "unet", options: { filters: 8, levels: 2, pooling: "max", batchNorm: true } } });
    expect(found.unknown).toContain("patchSize");
  });

  it("an encoder without a final pooling, told by the layers without weights", () => {
    const groups = [...flat(encoder(3, 1, 4, 2)), empty("max_pooling3d"), empty("max_pooling3d_1")];
    expect(recognise(checkpointOf(groups)).encoder?.options).toMatchObject({ pooling: "none", dropout: 0 });
  });

  it.each([false, true])("a rotation model; nested encoder frozen: %s", (frozen) => {
    const groups = [nested(encoder(3, 1, 4, 2), frozen), empty("flatten"), head(16 * 8), group(dense(24, 10))];
    const found = recognise(checkpointOf(groups));
    expect(found).toMatchObject({ kind: "proxy", task: "rotation", patchSize: [16, 16, 16], part: { inputSize: [16, 16, 16], options: { widths: [48, 24], batchNorm: true, rotations: "axes" } } });
    expect(found.encoder?.units.flatMap((unit) => (unit.kind === "normalisation" ? unit.statistics : []))).toHaveLength(12);
  });

  it("relative patch location by its 26 classes and two images", () => {
    const groups = [nested(encoder(3, 1, 4, 2)), empty("flatten"), head(16 * 2), group(dense(24, 26))];
    expect(recognise(checkpointOf(groups))).toMatchObject({ task: "rpl", patchSize: [8, 8, 8], part: { inputSize: [24, 24, 24], options: { patchesPerSide: 3 } } });
  });

  it("takes a bare classifier of any class count for a puzzle where it is told so", () => {
    const groups = [nested(encoder(2, 1, 4, 2)), empty("flatten"), head(16 * 4), group(dense(24, 10))];
    expect(() => recognise(checkpointOf(groups))).toThrow(expect.objectContaining({ code: "SSL3D_KERAS_NOT_RECOGNISED" }));
    const found = recognise(checkpointOf(groups), { task: "jigsaw", patchesPerSide: 2 });
    expect(found).toMatchObject({ task: "jigsaw", part: { options: { patchesPerSide: 2, permutations: 10 } } });
    expect(found.assumed).toContainEqual(expect.stringContaining("may stand for another order"));
  });

  it("asks how many pieces a puzzle has where several counts fit, and takes the answer", () => {
    const groups = [nested(encoder(2, 1, 4, 2)), empty("flatten"), head(16 * 36), group(dense(24, 100))];
    expect(() => recognise(checkpointOf(groups))).toThrow(expect.objectContaining({ code: "SSL3D_KERAS_AMBIGUOUS", facts: { file: "a.hdf5", option: "patches-per-side", candidates: [3, 6] } }));
    expect(recognise(checkpointOf(groups), { patchesPerSide: 3 })).toMatchObject({ task: "jigsaw", patchSize: [16, 16], part: { options: { patchesPerSide: 3, permutations: 100 } } });
    expect(() => recognise(checkpointOf(groups), { patchesPerSide: 4 })).toThrow(expect.objectContaining({ code: "SSL3D_KERAS_OPTION_CONTRADICTS" }));
  });

  it("predictive coding, whose encoder is stored twice", () => {
    const coder = nested([...encoder(3, 1, 4, 2), dense(16, 24)]);
    const gru = group([tensor("gru/gru_cell/kernel", 24, 768), tensor("gru/gru_cell/recurrent_kernel", 256, 768), tensor("gru/gru_cell/bias", 2, 768)]);
    const groups = [coder, gru, group(dense(256, 24)), group(dense(256, 24)), { ...coder, name: "time_distributed_1" }];
    const found = recognise(checkpointOf(groups));
    expect(found).toMatchObject({ task: "cpc", repeated: ["time_distributed_1"], part: { options: { loss: "pairs", patchesPerSide: 4, codeSize: 24, contextSize: 256 } } });
  });

  it("exemplar networks by three layers side by side", () => {
    const groups = [nested(encoder(2, 3, 4, 1)), group(dense(8, 6)), group(dense(8, 6)), group(dense(8, 6))];
    expect(recognise(checkpointOf(groups))).toMatchObject({ task: "exemplar", part: { options: { projection: "separate", codeSize: 6 } } });
  });

  it("a fine-tuned U-Net with a nested decoder", () => {
    const up = (inputs: number): KerasTensor[][] => [transposed(3, inputs, inputs / 2), convolution(3, inputs, inputs / 2), norm(inputs / 2), convolution(3, inputs / 2, inputs / 2), norm(inputs / 2)];
    const groups = [...flat(encoder(3, 2, 4, 2)), nested([...up(16), ...up(8), convolution(3, 4, 3, 1)])];
    expect(recognise(checkpointOf(groups))).toMatchObject({ kind: "segmentation", task: null, channels: 2, part: { name: "segmentation", options: { labelValues: [0, 1, 2], batchNorm: true } } });
  });

  it("a head by itself, whose last activation follows from its outputs", () => {
    expect(recognise(checkpointOf([nested([dense(32, 16), dense(16, 16), dense(16, 1)])]))).toMatchObject({ kind: "head", part: { name: "dense", options: { inputs: 32, widths: [16, 16], top: { outputs: 1, activation: "relu" } } } });
    expect(recognise(checkpointOf([nested([dense(32, 16), norm(16), dense(16, 5)])])).part?.options).toMatchObject({ batchNorm: true, top: { activation: "sigmoid" } });
  });

  it("a classifier's last activation: the original's unless one is asked for", () => {
    const of = (outputs: number, options: ConvertOptions = {}, groups: readonly KerasGroup[] = pooledResnet(outputs)): Recognised => recognise(checkpointOf(groups), options);
    expect(of(5).part).toMatchObject({ name: "grading", options: { classes: 5 } });
    expect(of(5).assumed).toContain('"sigmoid" as the last layer\'s activation, the original\'s for 5 outputs (--activation says otherwise)');
    const asked = of(5, { activation: "softmax" });
    expect(asked.part).toMatchObject({ name: "classification", options: { classes: 5 } });
    expect(asked.assumed.some((text) => text.includes("activation"))).toBe(false);
    expect(of(1).part).toMatchObject({ name: "regression", options: { activation: "relu" } });
    expect(of(1, { activation: "linear" }).part?.options).toMatchObject({ activation: "linear" });
    const alone = [nested([dense(32, 16), norm(16), dense(16, 5)])];
    expect(of(5, { activation: "linear" }, alone).part?.options).toMatchObject({ top: { activation: "linear" } });
    const contradiction = expect.objectContaining({ code: "SSL3D_KERAS_OPTION_CONTRADICTS" }) as Error;
    expect(() => of(1, { activation: "softmax" })).toThrow(contradiction);
    expect(() => of(5, { activation: "softmax" }, alone)).toThrow(contradiction);
    expect(() => recognise(checkpointOf(flat(encoder(3, 1, 4, 1))), { activation: "softmax" })).toThrow(contradiction);
  });

  it("a DenseNet and a ResNet of other depths by their convolutions", () => {
    const plain = (inputs: number, outputs: number, edge: number): KerasTensor[] => convolution(2, inputs, outputs, edge).slice(0, 1);
    const layer = (inputs: number): KerasTensor[][] => [norm(inputs), plain(inputs, 16, 1), norm(16), plain(16, 4, 3)];
    const densenet = [plain(3, 8, 7), norm(8), ...layer(8), ...layer(12), norm(16), plain(16, 8, 1), ...layer(8), norm(12)];
    expect(recognise(checkpointOf(flat(densenet))).encoder).toMatchObject({ name: "densenet", options: { blocks: [2, 1], growth: 4, stem: 8 } });
    const block = (inputs: number, filters: number): KerasTensor[][] => [convolution(2, inputs, filters, 1), norm(filters), convolution(2, filters, filters, 3), norm(filters), convolution(2, filters, 4 * filters, 1), norm(4 * filters)];
    const resnet = [convolution(2, 3, 8, 7), norm(8), ...block(8, 4), ...block(16, 4), ...block(16, 8)];
    expect(recognise(checkpointOf(flat(resnet))).encoder).toMatchObject({ name: "resnet", options: { version: 1, stem: 8, stages: [{ filters: 4, blocks: 2 }, { filters: 8, blocks: 1 }] } });
  });

  it("a ResNet's pooling by what the layers on it take; its image size by its stages", () => {
    const block = (inputs: number, filters: number): KerasTensor[][] => [convolution(2, inputs, filters, 1), norm(filters), convolution(2, filters, filters, 3), norm(filters), convolution(2, filters, 4 * filters, 1), norm(4 * filters)];
    const resnet = nested([convolution(2, 3, 8, 7), norm(8), ...block(8, 4), ...block(16, 8)]);
    const on = (inputs: number): unknown => recognise(checkpointOf([resnet, empty("flatten"), head(inputs), group(dense(24, 4))]));
    expect(on(32 * 64)).toMatchObject({ task: "rotation", patchSize: [64, 64], assumed: [expect.stringContaining("dropout"), expect.stringContaining("64 pixels")], encoder: { options: { pooling: "none" } } });
    expect(on(32)).toMatchObject({ task: "rotation", patchSize: [32, 32], encoder: { options: { pooling: "max" } } });
  });

  it("an application's global pooling by its name, not by that of the poolings within", () => {
    expect(recognise(checkpointOf([empty("max_pooling2d"), ...pooledResnet(1)])).encoder).toMatchObject({ options: { pooling: "average" } });
  });

  it("leaves out puzzles with more orders than their pieces have", () => {
    const found = recognise(checkpointOf([nested(encoder(2, 1, 4, 2)), empty("flatten"), head(16 * 4), group(dense(24, 100))]));
    expect(found).toMatchObject({ kind: "encoder", task: "jigsaw", dropped: { reason: expect.stringContaining("4 pieces") as string } });
  });

  it("leaves out predictive coding on grids that the task refuses, and says so", () => {
    const gru = group([tensor("gru/kernel", 24, 96), tensor("gru/recurrent_kernel", 32, 96), tensor("gru/bias", 2, 96)]);
    const groups = [nested([...encoder(3, 1, 4, 2), dense(16, 24)]), gru, group(dense(32, 24))];
    const found = recognise(checkpointOf(groups));
    expect(found.kind).toBe("encoder");
    expect(found.dropped?.units.map((unit) => unit.kind)).toEqual(["dense", "recurrent", "dense"]);
  });
});

const PAIR = ["Conv3D", "BatchNormalization", "Conv3D", "BatchNormalization", "MaxPooling3D"];
/** The layers of the original's encoder with one level. */
const ORDER = [...PAIR, ...PAIR];

describe("recognise refuses", () => {
  const code = (groups: readonly KerasGroup[], model?: unknown): unknown => {
    try {
      recognise(checkpointOf(groups, model ?? null));
      return "nothing";
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  it("files without weights, other networks and weights of unknown layers", () => {
    expect(code([empty("flatten")])).toBe("SSL3D_KERAS_NOT_RECOGNISED");
    expect(code(flat([convolution(3, 1, 8), convolution(3, 8, 12)]))).toBe("SSL3D_KERAS_NOT_RECOGNISED");
    expect(code([group([tensor("lstm/kernel", 3, 8), tensor("lstm/recurrent_kernel", 2, 8)])])).toBe("SSL3D_KERAS_LAYER_UNKNOWN");
    expect(code([group([tensor("conv1d/kernel", 3, 8, 8)])])).toBe("SSL3D_KERAS_LAYER_UNKNOWN");
    expect(code([group([tensor("attention/query", 8, 8)])])).toBe("SSL3D_KERAS_LAYER_UNKNOWN");
  });

  it("a classifier whose classes no task has", () => {
    expect(code([nested(encoder(3, 1, 4, 2)), empty("flatten"), head(16), group(dense(24, 13))])).toBe("SSL3D_KERAS_NOT_RECOGNISED");
  });

  it("layers of unknown classes, and Lambda layers where the original has none, in a model's description", () => {
    const groups = flat(encoder(3, 1, 4, 1));
    const shape = [16, 16, 16, 1];
    expect(code(groups, modelOf([shape], ["Conv3D", "LayerNormalization"]))).toBe("SSL3D_KERAS_LAYER_UNKNOWN");
    expect(code(groups, modelOf([shape], ["Conv3D", "Lambda"]))).toBe("SSL3D_KERAS_LAYER_UNKNOWN");
    expect(code(groups, modelOf([shape], ORDER))).toBe("nothing");
  });

  it("layers whose settings are not the original's", () => {
    const model = modelOf([[16, 16, 16, 1]], []) as { config: { layers: unknown[] } };
    model.config.layers.push({ class_name: "Conv3D", config: { name: "conv3d", kernel_size: [3, 3, 3], strides: [1, 1, 1], padding: "same", activation: "elu" }, inbound_nodes: [] });
    expect(() => recognise(checkpointOf(flat(encoder(3, 1, 4, 1)), model))).toThrow(/Expected activation "relu" in layer "conv3d"/);
  });

  it("layers without weights where the original has none", () => {
    const groups = flat(encoder(3, 1, 4, 1));
    const shape = [16, 16, 16, 1];
    for (const layers of [[...PAIR, "MaxPooling3D", ...PAIR], ["MaxPooling3D", ...PAIR, ...PAIR.slice(0, 4)], [...ORDER, "UpSampling3D"], [...ORDER, "Concatenate"]]) {
      expect(code(groups, modelOf([shape], layers))).toBe("SSL3D_KERAS_NOT_RECOGNISED");
    }
    expect(code(groups, modelOf([shape], [...PAIR, "Activation", ...PAIR]))).toBe("SSL3D_KERAS_LAYER_UNKNOWN");
  });

  it("nothing where dropout grows from 0: its first layer is missing", () => {
    const model = modelOf([[16, 16, 16, 1]], [...ORDER.slice(0, 7), "Dropout", ...ORDER.slice(7)]) as { config: { layers: { class_name: string; config: object }[] } };
    for (const layer of model.config.layers) if (layer.class_name === "Dropout") layer.config = { ...layer.config, rate: 0.1 };
    expect(recognise(checkpointOf(flat(encoder(3, 1, 4, 1)), model)).encoder?.options).toMatchObject({ dropout: 0, dropoutChangePerLevel: 0.1 });
  });

  it("a description that is no model", () => {
    expect(code(flat(encoder(3, 1, 4, 1)), { class_name: "Dense", config: {} })).toBe("SSL3D_KERAS_FILE_INVALID");
    expect(code(flat(encoder(3, 1, 4, 1)), [1, 2])).toBe("SSL3D_KERAS_FILE_INVALID");
  });
});
