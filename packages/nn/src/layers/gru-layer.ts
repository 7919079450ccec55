import type { Random } from "@ssl3d/core";
import { gru, type GruOptions } from "../ops/gru.js";
import { glorotUniform, orthogonal } from "./initializers.js";
import { createWeight, createWeighted, type Layer } from "./layer.js";

/** What a gated recurrent layer is built from. */
export interface GruLayerOptions extends GruOptions {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  readonly random: Random;
}

/** Keras' GRU (`reset_after`) on [batch, time, inputs]. Kernel [in, 3 units], recurrent kernel [units, 3 units], bias [2, 3 units]. */
export function createGru(options: GruLayerOptions): Layer {
  const { name, inputs, units, random } = options;
  const [kernelShape, recurrentShape] = [[inputs, 3 * units], [units, 3 * units]];
  const kernel = createWeight(`${name}/kernel`, kernelShape, glorotUniform(kernelShape, random));
  const recurrentKernel = createWeight(`${name}/recurrent_kernel`, recurrentShape, orthogonal(recurrentShape, random));
  const bias = createWeight(`${name}/bias`, [2, 3 * units], new Float32Array(6 * units));
  return createWeighted([kernel, recurrentKernel, bias], (x) =>
    gru(x, kernel.variable, recurrentKernel.variable, bias.variable, options),
  );
}
