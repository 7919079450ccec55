import type { Rank } from "@ssl3d/core";
import { isConvolution, type ConvolutionUnit, type Unit } from "./units.js";

/** The original's encoder as its weights show it. */
export interface UnetStructure {
  readonly rank: Rank;
  readonly channels: number;
  readonly filters: number;
  readonly levels: number;
  readonly batchNorm: boolean;
}

/** Whether the kernel has that edge along every axis. */
function isCube(unit: ConvolutionUnit, edge: number, rank?: number): boolean {
  return unit.kernel.every((length) => length === edge) && (rank === undefined || unit.kernel.length === rank);
}

/**
 * The original's encoder: convolutions of 3 in pairs whose filters double from level to level, with a normalisation behind each or
 * behind none. Undefined where the units are something else.
 */
export function readUnetEncoder(units: readonly Unit[]): UnetStructure | undefined {
  const [first] = units;
  if (first?.kind !== "convolution") return undefined;
  const batchNorm = units.some((unit) => unit.kind === "normalisation");
  const step = batchNorm ? 4 : 2;
  if (units.length % step !== 0 || units.length === 0) return undefined;
  const rank = first.kernel.length;
  const fits = units.every((unit, index) => {
    const filters = first.outputs * 2 ** Math.floor(index / step);
    if (batchNorm && index % 2 === 1) return unit.kind === "normalisation" && unit.channels === filters && unit.scale;
    const inputs = index === 0 ? first.inputs : index % step === 0 ? filters / 2 : filters;
    return unit.kind === "convolution" && unit.bias && isCube(unit, 3, rank) && unit.inputs === inputs && unit.outputs === filters;
  });
  if (!fits) return undefined;
  return { rank: rank as Rank, channels: first.inputs, filters: first.outputs, levels: units.length / step - 1, batchNorm };
}

/** The original's decoder, as its weights show it. */
export interface DecoderStructure {
  readonly classes: number;
  readonly batchNorm: boolean;
}

/**
 * The original's decoder on that encoder: per level a transposed convolution to half the filters and two convolutions over it and the
 * skip; at last a convolution of 1 to the classes. Undefined where the units are something else.
 */
export function readUnetDecoder(units: readonly Unit[], { rank, filters, levels }: UnetStructure): DecoderStructure | undefined {
  const batchNorm = units.some((unit) => unit.kind === "normalisation");
  const perLevel = batchNorm ? 5 : 3;
  if (units.length !== perLevel * levels + 1) return undefined;
  for (let step = 0; step < levels; step++) {
    const width = filters * 2 ** (levels - 1 - step);
    const [up, ...block] = units.slice(step * perLevel, (step + 1) * perLevel);
    if (up?.kind !== "transposed" || !isCube(up, 2, rank) || up.inputs !== 2 * width || up.outputs !== width) return undefined;
    const convolutions = block.filter(isConvolution);
    const fits = convolutions.length === 2 && convolutions.every((unit, index) => isCube(unit, 3, rank) && unit.inputs === (index === 0 ? 2 * width : width) && unit.outputs === width);
    if (!fits) return undefined;
  }
  const last = units[units.length - 1];
  if (last?.kind !== "convolution" || !isCube(last, 1, rank) || last.inputs !== filters) return undefined;
  return { classes: last.outputs, batchNorm };
}
