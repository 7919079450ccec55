import { resnetStages } from "@ssl3d/tasks-2d";
import { isConvolution, type ConvolutionUnit, type Unit } from "./units.js";

/** A network of Keras applications: the plugin that builds it and its options without the pooling. */
export interface ApplicationStructure {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly channels: number;
  /** Channels of its output, where its last layer does not show them. */
  readonly outputs?: number;
  /** Pixels along an axis that give one of output, and how many more give one more. */
  readonly first: number;
  readonly stride: number;
}

/** Convolutions in the networks whose shape is fixed. */
const FIXED = { "inception-v3": 94, "inception-resnet-v2": 244 } as const;
/** Blocks of each stage, by the number of layers. */
export const PUBLISHED_RESNETS: Readonly<Record<string, readonly number[]>> = { "50": [3, 4, 6, 3], "101": [3, 4, 23, 3], "152": [3, 8, 36, 3] };

/**
 * The network of Keras applications whose convolutions the units can be. Only a candidate: that every weight fits shows
 * when the network is built.
 */
export function readApplication(units: readonly Unit[]): ApplicationStructure | undefined {
  const convolutions = units.filter(isConvolution);
  const [first, ...rest] = convolutions;
  if (first === undefined || convolutions.length + units.filter((unit) => unit.kind === "normalisation").length !== units.length) return undefined;
  const fixed = Object.entries(FIXED).find(([, count]) => count === convolutions.length && first.kernel.join() === "3,3");
  if (fixed !== undefined) return { name: fixed[0], options: {}, channels: first.inputs, first: 75, stride: 32, ...(fixed[0] === "inception-v3" && { outputs: 2048 }) };
  if (first.kernel.join() !== "7,7" || rest.some((unit) => unit.kernel.join() !== "1,1" && unit.kernel.join() !== "3,3")) return undefined;
  const structure = readDensenet(first, rest) ?? readResnet(first, rest);
  if (structure === undefined) return undefined;
  // the stem halves twice, and each stage but one halves
  const stride = 2 ** (structure.stages + 1);
  return { name: structure.name, options: structure.options, channels: first.inputs, first: stride, stride };
}

type StagedStructure = Pick<ApplicationStructure, "name" | "options"> & { readonly stages: number };

const isSpatial = (unit: ConvolutionUnit | undefined): boolean => unit?.kernel[0] === 3;

/** Dense layers are a narrowing and a spatial convolution; a narrowing by itself goes over to the next block. */
function readDensenet(stem: ConvolutionUnit, rest: readonly ConvolutionUnit[]): StagedStructure | undefined {
  const growth = rest.find(isSpatial)?.outputs;
  const blocks = [0];
  for (let place = 0; place < rest.length; place++) {
    if (isSpatial(rest[place + 1])) {
      const [narrow, spatial] = [rest[place]!, rest[++place]!];
      if (growth === undefined || isSpatial(narrow) || narrow.outputs !== 4 * growth || spatial.outputs !== growth) return undefined;
      blocks[blocks.length - 1]!++;
    } else if (isSpatial(rest[place])) return undefined;
    else blocks.push(0);
  }
  if (growth === undefined || blocks.includes(0)) return undefined;
  if (blocks.join() === "6,12,24,16" && growth === 32 && stem.outputs === 64) return { name: "densenet-121", options: {}, stages: 4 };
  return { name: "densenet", options: { blocks, growth, stem: stem.outputs }, stages: blocks.length };
}

/** Every block has one spatial convolution; where its filters change, a stage begins. Those of version 2 have no bias. */
function readResnet(stem: ConvolutionUnit, rest: readonly ConvolutionUnit[]): StagedStructure | undefined {
  const stages: { filters: number; blocks: number }[] = [];
  const spatial = rest.filter(isSpatial);
  for (const unit of spatial) {
    if (unit.inputs !== unit.outputs) return undefined;
    const last = stages[stages.length - 1];
    if (last?.filters === unit.outputs) last.blocks++;
    else stages.push({ filters: unit.outputs, blocks: 1 });
  }
  if (stages.length === 0) return undefined;
  const version = spatial[0]!.bias ? 1 : 2;
  const depth = Object.keys(PUBLISHED_RESNETS).find((name) => JSON.stringify(resnetStages(...PUBLISHED_RESNETS[name]!)) === JSON.stringify(stages.map(({ filters, blocks }) => ({ filters, blocks }))));
  if (depth !== undefined && stem.outputs === 64) return { name: `resnet-${depth}${version === 2 ? "-v2" : ""}`, options: {}, stages: stages.length };
  return { name: "resnet", options: { version, stem: stem.outputs, stages }, stages: stages.length };
}
