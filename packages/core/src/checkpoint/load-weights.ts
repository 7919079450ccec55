import * as tf from "@tensorflow/tfjs-core";
import type { Weight } from "../contract/network.js";
import type { NumericArray } from "../contract/volume.js";
import type { NamedArrays } from "./checkpoint.js";
import { nothingLoaded, weightsMismatch } from "./errors.js";
import { elementsOf, shapeText } from "./shape.js";
import type { TransferReport, TransferredWeight } from "./transfer-report.js";

/** How strictly weights are loaded. */
export interface LoadOptions {
  /** Accepts weights that are missing, do not fit or are left over; the report says which. Default false. */
  readonly partial?: boolean;
  /**
   * Adapts convolution kernels ([...kernel, in, out]) trained with another number of image channels: each new input
   * channel gets the mean of the old ones, scaled so that the response to equal channels stays. Default false.
   */
  readonly adaptInputChannels?: boolean;
  /** Names the file in errors. */
  readonly label?: string;
}

/**
 * Loads named arrays into a network's weights. By default names and shapes must agree exactly, both ways; nothing is
 * written unless everything fits.
 * @throws Ssl3dError SSL3D_WEIGHTS_MISMATCH, or SSL3D_WEIGHTS_NONE_LOADED where a partial load would load nothing
 */
export function loadWeights(
  weights: readonly Weight[],
  arrays: NamedArrays,
  options: LoadOptions = {}
): TransferReport {
  const { partial = false, adaptInputChannels = false, label = "the file" } = options;
  const plan = planTransfer(weights, arrays, adaptInputChannels);
  const { report } = plan;
  if (!partial && report.random.length + report.unused.length > 0) throw weightsMismatch(label, mismatches(report));
  if (plan.values.size === 0 && weights.length > 0) {
    throw nothingLoaded(
      label,
      [...arrays.keys()],
      weights.map(({ name }) => name)
    );
  }
  for (const [{ variable }, { data, shape }] of plan.values) {
    // a copy: engines may keep the array they are given
    const value = tf.tensor(data.slice(), [...shape], variable.dtype);
    variable.assign(value);
    value.dispose();
  }
  return report;
}

interface Plan {
  readonly values: ReadonlyMap<Weight, NumericArray>;
  readonly report: TransferReport;
}

function planTransfer(weights: readonly Weight[], arrays: NamedArrays, adapt: boolean): Plan {
  const values = new Map<Weight, NumericArray>();
  const loaded: TransferredWeight[] = [];
  const adapted: TransferredWeight[] = [];
  const random: TransferredWeight[] = [];
  for (const weight of weights) {
    const { name, variable } = weight;
    const shape = variable.shape;
    const source = arrays.get(name);
    if (source === undefined) {
      random.push({ name, shape });
    } else if (!fitsType(variable.dtype, source)) {
      random.push({ name, shape, sourceShape: source.shape });
    } else if (shapeText(source.shape) === shapeText(shape)) {
      values.set(weight, source);
      loaded.push({ name, shape });
    } else if (adapt && differsInInputChannels(source.shape, shape)) {
      values.set(weight, spreadInputChannels(source, shape));
      adapted.push({ name, shape, sourceShape: source.shape });
    } else {
      random.push({ name, shape, sourceShape: source.shape });
    }
  }
  const known = new Set(weights.map(({ name }) => name));
  const unused = [...arrays].flatMap(([name, { shape }]) => (known.has(name) ? [] : [{ name, shape }]));
  return { values, report: { loaded, adapted, random, unused } };
}

function mismatches({ random, unused }: TransferReport): string[] {
  return [
    ...random.map(({ name, shape, sourceShape }) =>
      sourceShape === undefined
        ? `"${name}" ${shapeText(shape)} is missing`
        : `"${name}" is ${shapeText(sourceShape)} in the file and ${shapeText(shape)} in the network`
    ),
    ...unused.map(({ name, shape }) => `the network has no "${name}" ${shapeText(shape)}`),
  ];
}

function fitsType(dtype: string, { data }: NumericArray): boolean {
  return (dtype === "float32") === data instanceof Float32Array;
}

function differsInInputChannels(source: readonly number[], target: readonly number[]): boolean {
  const axis = target.length - 2;
  return (
    target.length > 2 &&
    source.length === target.length &&
    source.every((n, i) => (i === axis ? n > 0 : n === target[i]))
  );
}

/** [...kernel, in, out] to another `in`: the mean over the old input channels, times old / new, for each new one. */
function spreadInputChannels({ data }: NumericArray, shape: readonly number[]): NumericArray {
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  const taps = elementsOf(shape.slice(0, -2));
  const sourceInputs = data.length / (taps * outputs);
  const result = new Float32Array(taps * inputs * outputs);
  for (let tap = 0; tap < taps; tap++) {
    for (let output = 0; output < outputs; output++) {
      let sum = 0;
      for (let input = 0; input < sourceInputs; input++) sum += data[(tap * sourceInputs + input) * outputs + output]!;
      for (let input = 0; input < inputs; input++) result[(tap * inputs + input) * outputs + output] = sum / inputs;
    }
  }
  return { data: result, shape };
}
