import { instanceNorm } from "../ops/group-norm.js";
import { createWeight, createWeighted, type Layer } from "./layer.js";

/** What an instance normalisation layer is built from. */
export interface InstanceNormLayerOptions {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly channels: number;
}

/** Instance normalisation with learned scale and offset: every channel of every example by its own mean and variance. */
export function createInstanceNorm({ name, channels }: InstanceNormLayerOptions): Layer {
  const scale = createWeight(`${name}/scale`, [channels], new Float32Array(channels).fill(1));
  const offset = createWeight(`${name}/offset`, [channels], new Float32Array(channels));
  return createWeighted([scale, offset], (x) => instanceNorm(x, scale.variable, offset.variable));
}
