import { wasm } from "@ssl3d/backend-wasm";
import { createRandom, validate, type Encoder } from "@ssl3d/core";
import { createDenseStack } from "@ssl3d/nn";
import { countParameters, defineEncoder2d, encoder2dOptions, layerOrder, type NetworkGraph, type Pooling } from "@ssl3d/tasks-2d";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { expectClose, expectNumber } from "../compare.js";
import { beside, type FileEntry, filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { flattenLayers } from "../keras-layers.js";
import { assignKerasWeights, readKerasWeights } from "../keras-weights.js";
import { INFERENCE, readHead, readTensor } from "../networks.js";
import { layerDifference } from "@ssl3d/zoo";
import { readApplication, withoutPooling, type ApplicationLayer } from "./applications-network.js";
import { assignSynthetic, type SyntheticWeight } from "./applications-weights.js";
import { weightFiles } from "./encoder.js";

interface Summary {
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly first8: readonly number[];
}

/** The layers of a descriptor, where they are a Keras application, perhaps with something behind it. */
function applicationOf({ json }: Descriptor): { layers: readonly ApplicationLayer[]; graph: NetworkGraph } | undefined {
  const layers = json["layers"] as readonly ApplicationLayer[];
  const graph = Array.isArray(layers) ? readApplication(layers) : undefined;
  return graph === undefined ? undefined : { layers, graph };
}

/** Full networks whose weights follow a rule, since a file of them would be too large. */
const syntheticApplication: GoldenKind = {
  name: "application",
  summary: "2D encoders of Keras applications with weights by a rule: layers, weights, outputs, global poolings, activations within",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "weight_rule", "weights", "output_no_pooling", "output_pooling"]);
    return descriptors
      .filter((descriptor) => applicationOf(descriptor) !== undefined)
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => withWasm(() => checkSynthetic(folder, descriptor)),
      }));
  },
};

/** Networks with an HDF5 file, alone or with fully connected layers behind the global pooling. */
const storedApplication: GoldenKind = {
  name: "application-file",
  summary: "2D encoders of Keras applications with the weights of their HDF5 files, with and without fully connected layers behind",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "hdf5", "inputs", "outputs"]);
    return descriptors
      .filter((descriptor) => applicationOf(descriptor) !== undefined)
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => withWasm(() => checkStored(folder, descriptor)),
      }));
  },
};

/** Golden checks of the Keras applications. */
export const APPLICATION_KINDS: readonly GoldenKind[] = [syntheticApplication, storedApplication];

/** Runs something on the wasm engine: these networks would take the cpu backend minutes. */
async function withWasm<Result>(run: () => Promise<Result>): Promise<Result> {
  const before = tf.getBackend();
  await wasm.activate(validate(wasm.options, {}, "the engine's options"));
  try {
    return await run();
  } finally {
    await tf.setBackend(before);
  }
}

function build(graph: NetworkGraph, channels: number, pooling: Pooling): Encoder {
  const plugin = defineEncoder2d("golden", "A network of the goldens", "", () => graph);
  return plugin.build({ rank: 2, channels, options: validate(encoder2dOptions, { pooling }, "the pooling"), random: createRandom("golden") });
}

async function checkSynthetic(folder: GoldenFolder, descriptor: Descriptor): Promise<string> {
  const { stem, json } = descriptor;
  const { layers, graph } = applicationOf(descriptor)!;
  const place = beside(stem);
  const { network } = withoutPooling(layers);
  expectSameLayers(graph, network);
  const images = await readTensor(folder, place(json["input"] as string));
  const channels = images.shape.at(-1)!;
  expectNumber("the number of parameters", countParameters(graph, channels), json["param_count"] as number, 0);
  const order = layerOrder(graph);
  const summaries = Object.entries((json["activation_summaries"] ?? {}) as Record<string, Summary>);
  const inside = summaries.map(([name]) => ({ node: order[network.findIndex((layer) => layer.name === name)]!, stride: 1 }));
  // The layers that the goldens look at become the pyramid; its last is the output, here pooled to its maximum.
  const encoder = build({ ...graph, levels: [...inside, graph.levels.at(-1)!] }, channels, "max");
  try {
    assignSynthetic(encoder.weights, json["weights"] as readonly SyntheticWeight[]);
    const { pyramid, output, pooled } = encoder.forward(images, INFERENCE);
    summaries.forEach(([name, summary], index) => {
      expectSummary(name, pyramid[index]!, summary);
    });
    const unpooled = json["output_no_pooling"] as FileEntry;
    expectClose(unpooled.file, pyramid.at(-1)!, await folder.readArray(place(unpooled.file)));
    const poolings: readonly [string, FileEntry][] = Object.entries(json["output_pooling"] as Record<string, FileEntry>);
    for (const [pooling, { file }] of poolings) {
      const actual = { max: output, avg: pooled }[pooling];
      if (actual === undefined) throw new Error(`the pooling "${pooling}" is not understood`);
      expectClose(file, actual, await folder.readArray(place(file)));
    }
    tf.dispose([...pyramid, output, pooled]);
    return `${order.length} layers alike, ${summaries.length} of them and the output equal`;
  } finally {
    encoder.dispose();
    images.dispose();
  }
}

/** The shape, mean, standard deviation and first values of a layer's output; all are held against its spread. */
function expectSummary(name: string, actual: Tensor, { shape, mean, std, first8 }: Summary): void {
  expectClose(`the shape of ${name}`, { data: actual.shape, shape: [shape.length] }, { data: shape, shape: [shape.length] }, 0);
  const values = Float64Array.from(actual.dataSync());
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length);
  const received = [deviation, average, ...values.slice(0, first8.length)];
  expectClose(name, { data: received, shape: [received.length] }, { data: [std, mean, ...first8], shape: [received.length] });
}

async function checkStored(folder: GoldenFolder, descriptor: Descriptor): Promise<undefined> {
  const { stem, json } = descriptor;
  const { layers, graph } = applicationOf(descriptor)!;
  const place = beside(stem);
  const { network, pooling, behind } = withoutPooling(layers);
  expectSameLayers(graph, network);
  const [input] = json["inputs"] as [FileEntry];
  const [output] = json["outputs"] as [FileEntry];
  const images = await readTensor(folder, place(input.file));
  const encoder = build(graph, images.shape.at(-1)!, pooling);
  const head = behind.length === 0 ? undefined : buildHead(behind, encoder.output.channels);
  try {
    for (const file of weightFiles(folder, stem)) {
      assignKerasWeights([...encoder.weights, ...(head?.weights ?? [])], await readKerasWeights(folder.locate(file)));
      const result = tf.tidy(() => {
        const features = encoder.forward(images, INFERENCE);
        return head?.forward(features.output, INFERENCE) ?? features.output;
      });
      expectClose(output.file, result, await folder.readArray(place(output.file)));
      result.dispose();
    }
  } finally {
    tf.dispose(images);
    encoder.dispose();
    head?.dispose();
  }
}

/** The fully connected layers of a descriptor; the last is their top. */
function buildHead(layers: readonly ApplicationLayer[], inputs: number): ReturnType<typeof createDenseStack> {
  const { widths, batchNorm, dropout } = readHead(flattenLayers(layers));
  const activation = flattenLayers(layers).findLast((layer) => layer.class === "Dense")?.config?.["activation"] as "relu" | "sigmoid" | "linear";
  const top = { outputs: widths.at(-1), activation };
  return createDenseStack({ name: "head", inputs, widths: widths.slice(0, -1), batchNorm, dropout, top, random: createRandom("golden") });
}

/** Fails unless our network has the descriptor's layers, one for one. */
function expectSameLayers(graph: NetworkGraph, layers: readonly ApplicationLayer[]): void {
  const difference = layerDifference(graph, layers);
  if (difference === undefined) return;
  const { layer, setting, expected, received } = difference;
  throw new Error(`layer "${layer}": ${setting} is ${JSON.stringify(received)}, ours ${JSON.stringify(expected)}`);
}
