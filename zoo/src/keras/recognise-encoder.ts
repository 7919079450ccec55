import type { Rank } from "@ssl3d/core";
import { contradicts, notRecognised } from "../errors.js";
import { readApplication } from "./applications-structure.js";
import { flattenConfig } from "./model-config.js";
import type { ConvertOptions, Evidence, RecognisedPart } from "./recognised.js";
import { readUnetEncoder, type UnetStructure } from "./unet-structure.js";
import { unitText, type Unit } from "./units.js";

/** An encoder of the original, recognised. */
export interface RecognisedEncoder extends RecognisedPart {
  readonly rank: Rank;
  readonly channels: number;
  /** Input voxels per voxel of its output along every axis, those that give the first (where they are others), and the output's channels. */
  readonly output: { readonly stride: number; readonly first?: number; readonly channels: number };
  /** The U-Net's structure, which its decoder follows. */
  readonly unet?: UnetStructure;
}

/** The rate at which the original drops where its configuration says nothing. */
const ORIGINAL_DROPOUT = 0.5;

/**
 * The encoder at the beginning of a network: every unit up to the first that is fully connected, recurrent or transposed.
 * @returns the encoder and the units behind it; no encoder where the first unit is fully connected
 * @throws SSL3D_KERAS_NOT_RECOGNISED, SSL3D_KERAS_OPTION_CONTRADICTS
 */
export function recogniseEncoder(evidence: Evidence, units: readonly Unit[]): { readonly encoder: RecognisedEncoder | undefined; readonly behind: readonly Unit[] } {
  const { checkpoint } = evidence;
  const end = units.findIndex((unit) => unit.kind !== "convolution" && unit.kind !== "normalisation");
  const own = end < 0 ? units : units.slice(0, end);
  const behind = end < 0 ? [] : units.slice(end);
  if (own.length === 0) return { encoder: undefined, behind };
  const unet = readUnetEncoder(own);
  if (unet !== undefined) return { encoder: describeUnet(evidence, own, unet), behind };
  const application = readApplication(own);
  if (application === undefined) throw notRecognised(checkpoint.label, `layers that are no encoder of the original: ${listUnits(own)}`);
  const { channels, stride, first } = application;
  const last = application.outputs ?? lastChannels(own);
  const found = globalPoolingOf(evidence) ?? (takesPooled(behind, last) ? undefined : "none");
  const pooling = choosePooling(evidence, found, behind.length > 0 ? "max" : "none");
  return {
    encoder: {
      package: "@ssl3d/tasks-2d",
      name: application.name,
      options: { ...application.options, pooling },
      units: own,
      rank: 2,
      channels,
      output: { stride, first, channels: last },
    },
    behind,
  };
}

function describeUnet(evidence: Evidence, units: readonly Unit[], unet: UnetStructure): RecognisedEncoder {
  const { rank, channels, filters, levels, batchNorm } = unet;
  const rates = dropoutRates(evidence, levels + 1);
  if (rates === undefined) evidence.notes.assumed.push(`dropout ${ORIGINAL_DROPOUT} in the encoder, the original's default (it matters in training alone)`);
  const [dropout, next = dropout] = rates ?? [ORIGINAL_DROPOUT];
  const change = next! - dropout!;
  const pooling = choosePooling(evidence, finalPoolingOf(evidence, levels), "max");
  return {
    package: "@ssl3d/nn",
    name: "unet",
    options: { filters, levels, pooling, batchNorm, dropout, ...(change !== 0 && { dropoutChangePerLevel: change }) },
    units,
    rank,
    channels,
    output: { stride: 2 ** (levels + (pooling === "none" ? 0 : 1)), channels: filters * 2 ** levels },
    unet,
  };
}

/** The rates of the encoder's dropout layers, which come first in a model; [0] where it has none. Undefined where the file does not say. */
function dropoutRates({ checkpoint: { groups }, config }: Evidence, blocks: number): number[] | undefined {
  // flat files of weights alone list layers without weights by name
  const isFlat = groups.some(({ name, tensors }) => tensors.length === 0 && /pooling[23]d/.test(name));
  if (config === undefined) return isFlat && !groups.some(({ name }) => name.startsWith("dropout")) ? [0] : undefined;
  const layers = flattenConfig(config.layers);
  const convolutions = layers.flatMap((layer, place) => (/^Conv[23]D$/.test(layer.class) ? [place] : []));
  const encoder = layers.slice(0, convolutions[2 * blocks - 1]);
  const rates = encoder.filter((layer) => layer.class === "Dropout").map((layer) => Number(layer.config["rate"]));
  // a rate of 0 has no layer: where it grows from level to level the first one is missing
  return rates.length < blocks ? [0, ...rates] : rates;
}

type Pooling = NonNullable<ConvertOptions["pooling"]>;

function choosePooling({ checkpoint, options, notes }: Evidence, found: Pooling | undefined, original: Pooling): Pooling {
  const asked = options.pooling;
  if (asked !== undefined && found !== undefined && asked !== found) {
    throw contradicts(checkpoint.label, "pooling", asked, `its final pooling is "${found}"`);
  }
  if (found === undefined && asked === undefined) notes.assumed.push(`final pooling "${original}", the original's default (--pooling says otherwise)`);
  return found ?? asked ?? original;
}

/** A U-Net encoder has one pooling a level, and one more where it ends in one. Layers without weights are listed in flat files by name. */
function finalPoolingOf({ checkpoint, config }: Evidence, levels: number): Pooling | undefined {
  const poolings =
    config === undefined
      ? checkpoint.groups.flatMap(({ name, tensors }) => (tensors.length === 0 ? (/^(max|average)_pooling[23]d/.exec(name) ?? []).slice(1) : []))
      : uniqueByName(flattenConfig(config.layers)).flatMap((layer) => (/^(Max|Average)Pooling[23]D$/.exec(layer.class) ?? []).slice(1));
  if (poolings.length < levels) return undefined;
  const last = poolings[levels]?.toLowerCase();
  return last === undefined ? "none" : last === "max" ? "max" : "average";
}

function globalPoolingOf({ checkpoint, config }: Evidence): Pooling | undefined {
  if (config !== undefined) {
    const layer = flattenConfig(config.layers).find(({ class: kind }) => /^Global(Max|Average)Pooling2D$/.test(kind));
    return layer === undefined ? "none" : layer.class.includes("Max") ? "max" : "average";
  }
  // not max_pooling2d, one of the network's own
  const name = checkpoint.groups.map((group) => group.name).find((text) => /^((max|avg)_pool|global_(max|average)_pooling2d(_\d+)?)$/.test(text));
  return name === undefined ? undefined : name.includes("max") ? "max" : "average";
}

/** Layers once each: a network that a model holds twice is described twice. */
export function uniqueByName<Layer extends { readonly name: string }>(layers: readonly Layer[]): Layer[] {
  return layers.filter((layer, place) => layers.findIndex(({ name }) => name === layer.name) === place);
}

/** Whether what sits on an encoder can take one number per channel of each of its images: one, two, or a puzzle's pieces. */
function takesPooled(behind: readonly Unit[], channels: number): boolean {
  const [first] = behind;
  const top = behind[behind.length - 1];
  if (first?.kind !== "dense") return true;
  const images = first.inputs / channels;
  return images <= 2 || (top?.kind === "dense" && top.outputs === 100 && Number.isInteger(Math.sqrt(images)) && images <= 36);
}

function lastChannels(units: readonly Unit[]): number {
  const last = units[units.length - 1]!;
  return last.kind === "normalisation" ? last.channels : last.kind === "convolution" ? last.outputs : 0;
}

/** The first units in words, for messages. */
export function listUnits(units: readonly Unit[]): string {
  const shown = units.slice(0, 4).map(unitText).join("; ");
  return units.length > 4 ? `${shown}; and ${units.length - 4} more` : shown;
}
