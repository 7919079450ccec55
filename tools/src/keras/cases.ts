import type { EncoderPlugin, HeadPlugin, TaskPlugin } from "@ssl3d/core";
import { segmentation } from "@ssl3d/heads";
import { unetEncoder } from "@ssl3d/nn";
import { cpc } from "@ssl3d/task-cpc";
import { exemplar } from "@ssl3d/task-exemplar";
import { jigsaw } from "@ssl3d/task-jigsaw";
import { rotation } from "@ssl3d/task-rotation";
import { rpl } from "@ssl3d/task-rpl";
import { densenet121, densenetEncoder, inceptionResnetV2, inceptionV3, resnet50, resnet50v2 } from "@ssl3d/tasks-2d";
import type { ConvertOptions } from "@ssl3d/zoo";

type Plugin = EncoderPlugin | TaskPlugin | HeadPlugin;

/** A plugin, the package that brings it, and its options; what they leave out has the plugin's default. */
export interface Described<P extends Plugin = Plugin> {
  readonly plugin: P;
  readonly package: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A network of the original that goes from Keras to here and back, and from here to Keras. */
export interface KerasCase {
  readonly name: string;
  readonly kind: "encoder" | "rotation" | "rpl" | "jigsaw" | "cpc" | "exemplar" | "segmentation";
  /** Shapes of the full model's inputs, without the batch. */
  readonly inputs: readonly (readonly number[])[];
  readonly classes?: number;
  readonly encoder: Described<EncoderPlugin>;
  readonly part?: Described<TaskPlugin | HeadPlugin> & { readonly inputSize: readonly number[] };
  /** A full model's file, or weights alone. */
  readonly full: boolean;
  /** What the file does not say. */
  readonly convert: ConvertOptions;
}

const unet = (options: Readonly<Record<string, unknown>> = {}): Described<EncoderPlugin> => ({ plugin: unetEncoder, package: "@ssl3d/nn", options: { filters: 4, levels: 2, ...options } });
const head = { widths: [24, 12] };
const cube = (side: number): number[] => [side, side, side];

/** One network of each kind, small. */
export const CASES: readonly KerasCase[] = [
  { name: "encoder-3d", kind: "encoder", inputs: [[...cube(16), 2]], encoder: unet({ dropoutChangePerLevel: 0.1 }), full: true, convert: {} },
  { name: "encoder-2d", kind: "encoder", inputs: [[20, 20, 3]], encoder: unet({ pooling: "average", batchNorm: false, dropout: 0 }), full: false, convert: { pooling: "average", inputSize: 20 } },
  {
    name: "rotation-3d",
    kind: "rotation",
    inputs: [[...cube(16), 1]],
    classes: 10,
    encoder: unet(),
    part: { plugin: rotation, package: "@ssl3d/task-rotation", options: head, inputSize: cube(16) },
    full: false,
    convert: { task: "rotation", inputSize: 16 },
  },
  {
    name: "jigsaw-2d",
    kind: "jigsaw",
    inputs: [[9, 8, 8, 1]],
    classes: 100,
    encoder: unet(),
    part: { plugin: jigsaw, package: "@ssl3d/task-jigsaw", options: { ...head, patchJitter: 0 }, inputSize: [24, 24] },
    full: true,
    convert: {},
  },
  {
    name: "rpl-3d",
    kind: "rpl",
    inputs: [[2, ...cube(8), 1]],
    classes: 26,
    encoder: unet(),
    part: { plugin: rpl, package: "@ssl3d/task-rpl", options: { ...head, batchNorm: false, dropout: 0, patchJitter: 0 }, inputSize: cube(24) },
    full: true,
    convert: {},
  },
  {
    name: "cpc-3d",
    kind: "cpc",
    inputs: [
      [10, ...cube(8), 1],
      [2, ...cube(8), 1],
    ],
    encoder: unet(),
    part: { plugin: cpc, package: "@ssl3d/task-cpc", options: { loss: "pairs", patchesPerSide: 4, codeSize: 24, contextSize: 32 }, inputSize: cube(32) },
    full: false,
    convert: { patchesPerSide: 4 },
  },
  {
    name: "exemplar-3d",
    kind: "exemplar",
    inputs: [[3, ...cube(16), 2]],
    encoder: unet(),
    part: { plugin: exemplar, package: "@ssl3d/task-exemplar", options: { projection: "separate", codeSize: 16 }, inputSize: cube(16) },
    full: false,
    convert: { inputSize: 16 },
  },
  {
    name: "unet-3d",
    kind: "segmentation",
    inputs: [[...cube(16), 1]],
    encoder: unet(),
    part: { plugin: segmentation, package: "@ssl3d/heads", options: { labelValues: [0, 1, 2], dropout: 0.5 }, inputSize: cube(16) },
    full: true,
    convert: {},
  },
  {
    name: "densenet",
    kind: "encoder",
    inputs: [[32, 32, 3]],
    encoder: { plugin: densenetEncoder, package: "@ssl3d/tasks-2d", options: { blocks: [1, 1, 1, 1], pooling: "average" } },
    full: true,
    convert: {},
  },
];

/** Encoders of which only the names of the layers are compared, narrow: names do not depend on channels. */
export const NAMED: readonly Described<EncoderPlugin>[] = [densenet121, resnet50, resnet50v2, inceptionV3, inceptionResnetV2].map((plugin) => ({
  plugin,
  package: "@ssl3d/tasks-2d",
  options: { pooling: "average", width: 0.05 },
}));
