import type { Weight } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";

/** A weight as a descriptor lists it: its number, Keras' name and shape. */
export interface SyntheticWeight {
  readonly k: number;
  readonly name: string;
  readonly shape: readonly number[];
}

/** What a number in [-0.5, 0.5) becomes, by the weight's kind. */
const SCALES: Readonly<Record<string, (v: number, fanIn: number) => number>> = {
  kernel: (v, fanIn) => v * Math.sqrt(24 / fanIn),
  gamma: (v) => 0.6 + 0.4 * v,
  beta: (v) => 0.2 * v,
  moving_mean: (v) => 0.2 * v,
  moving_variance: (v) => 1 + v,
  bias: (v) => 0.1 * v,
};

/** The values of one weight by the goldens' rule: a hash of its number and of each place in it. */
function syntheticValues({ k, name, shape }: SyntheticWeight): Float32Array {
  const kind = /([a-z_]+):\d+$/.exec(name)?.[1] ?? "";
  const scale = SCALES[kind];
  if (scale === undefined) throw new Error(`the weight "${name}" is of no known kind`);
  const fanIn = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const start = Math.imul(k, 0x9e3779b1);
  const values = new Float32Array(fanIn * (shape.at(-1) ?? 1));
  for (let j = 0; j < values.length; j++) {
    let h = j + start;
    h ^= h >>> 16;
    h = Math.imul(h, 0x7feb352d);
    h ^= h >>> 15;
    h = Math.imul(h, 0x846ca68b);
    h ^= h >>> 16;
    values[j] = scale((h >>> 0) / 2 ** 32 - 0.5, fanIn);
  }
  return values;
}

/** Gives our weights the goldens' synthetic values, each the one at its place in Keras' list. */
export function assignSynthetic(weights: readonly Weight[], listed: readonly SyntheticWeight[]): void {
  if (weights.length !== listed.length) throw new Error(`our network has ${weights.length} weights, the original ${listed.length}`);
  listed.forEach((one, place) => {
    const { name, variable } = weights[place]!;
    if (variable.shape.join() !== one.shape.join()) {
      throw new Error(`"${one.name}" has shape [${one.shape.join(", ")}], our "${name}" [${variable.shape.join(", ")}]`);
    }
    const values = tf.tensor(syntheticValues(one), variable.shape);
    variable.assign(values);
    values.dispose();
  });
}
