import { createRandom } from "@ssl3d/core";
import { conv, convBias, maxPool } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { createCheck, ensure, type Check } from "../check.js";
import { ensureNoLeak } from "../measure.js";
import type { EngineUnderTest } from "./engine-under-test.js";
import { drawValues, normal, toTensor } from "./inputs.js";

const SHAPE = [1, 8, 8, 8, 4];

/** What an engine that reuses memory must not get wrong: tensors keep their values for as long as someone holds them. */
export function memoryChecks({ backend }: EngineUnderTest): Check[] {
  const check = (name: string, run: () => Promise<void>): Check =>
    createCheck(name, async () => {
      await tf.setBackend(backend);
      await ensureNoLeak(run);
    });
  return [
    check("values that were read stay the same while other tensors come and go", async () => {
      const x = draw("held");
      const read = await x.data();
      const copy = read.slice();
      await busy();
      ensureSame("values read from a living tensor", read, copy);
      x.dispose();
      await busy();
      ensureSame("values read from a tensor disposed of since", read, copy);
    }),
    check("values that were read at once stay the same while other tensors come and go", async () => {
      const x = draw("held");
      const y = tf.tidy(() => tf.mul(x, 2));
      const read = y.dataSync();
      const copy = read.slice();
      y.dispose();
      await busy();
      ensureSame("values read from a tensor disposed of since", read, copy);
      x.dispose();
    }),
    check("a tensor keeps its values while others come and go", async () => {
      const x = draw("kept");
      const y = tf.tidy(() => maxPool(conv(x, draw("filter", [3, 3, 3, 4, 4]))));
      const [xs, ys] = [(await x.data()).slice(), (await y.data()).slice()];
      await busy();
      ensureSame("an input", await x.data(), xs);
      ensureSame("a result", await y.data(), ys);
      tf.dispose([x, y]);
    }),
    check("a tensor made of another's memory outlives it", async () => {
      const x = draw("shared");
      const copy = (await x.data()).slice();
      const views = [tf.reshape(x, [64, 32]), tf.clone(x), tf.cast(x, "float32"), tf.expandDims(x, 0), tf.slice(x, 0, SHAPE)];
      x.dispose();
      await busy();
      for (const [index, view] of views.entries()) ensureSame(`view ${index}`, await view.data(), copy);
      tf.dispose(views);
    }),
    check("a variable's former value stays with those who hold it", async () => {
      const [first, second] = [draw("first"), draw("second")];
      const variable = tf.variable(first);
      const held = tf.reshape(variable, [-1]);
      const doubled = tf.tidy(() => tf.mul(variable, 2));
      const before = (await first.data()).slice();
      variable.assign(second);
      await busy();
      ensureSame("the former value", await held.data(), before);
      ensureSame("what was computed of it", await doubled.data(), before.map((value) => value * 2));
      ensureSame("the new value", await variable.data(), (await second.data()).slice());
      tf.dispose([first, second, variable, held, doubled]);
    }),
    check("a changed weight changes the next result", async () => {
      const [x, bias] = [draw("image"), tf.zeros([4])];
      const initial = draw("weight", [3, 3, 3, 4, 4]);
      const negative = tf.neg(initial);
      const weight = tf.variable(initial);
      const apply = (): Tensor => tf.tidy(() => convBias(x, weight, bias));
      const first = apply();
      weight.assign(negative);
      const second = apply();
      ensureSame("the result of the negative weight", await second.data(), (await first.data()).map((value) => -value));
      tf.dispose([x, bias, initial, negative, weight, first, second]);
    }),
    check("arrays that tensors were made of can be written to once the tensors are gone", async () => {
      const values = Float32Array.from({ length: 2048 }, (_, i) => i);
      const x = tf.tensor(values, SHAPE);
      const y = tf.tidy(() => tf.add(x, 1));
      const copy = (await y.data()).slice();
      x.dispose();
      values.fill(-1);
      await busy();
      ensureSame("what was computed of them", await y.data(), copy);
      ensure(values.every((value) => value === -1), "expected the array to stay the caller's, the engine wrote to it");
      y.dispose();
    }),
    check("empty tensors are allowed", async () => {
      const [empty, full] = [tf.zeros([0, 3]), draw("rows", [2, 3])];
      const joined = tf.concat([empty, full], 0);
      ensureSame("rows joined with none", await joined.data(), (await full.data()).slice());
      tf.dispose([empty, full, joined]);
    }),
  ];
}

/** Work that wants memory in the sizes of the checks above, and lets go of it. */
async function busy(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const results = tf.tidy(() => {
      const x = draw(`busy ${round}`);
      const y = conv(x, draw("busy filter", [3, 3, 3, 4, 4]));
      return [tf.mul(y, 3), tf.sub(x, y), tf.reshape(y, [-1])];
    });
    for (const result of results) await result.data();
    tf.dispose(results);
  }
}

function draw(label: string, shape: readonly number[] = SHAPE): Tensor {
  // Coarse, so that an engine of fewer bits holds the values as they are.
  return toTensor(drawValues(normal(...shape), createRandom(label), true));
}

function ensureSame(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  ensure(actual.length === expected.length, `expected ${expected.length} values of ${what}, received ${actual.length}`);
  for (let i = 0; i < expected.length; i++) {
    ensure(actual[i] === expected[i], `expected ${what} to stay ${String(expected[i])} at ${i}, received ${String(actual[i])}`);
  }
}
