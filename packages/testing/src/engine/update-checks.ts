import { createRandom, Optimizer, trainingOptions, type TrainingInput } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { createCheck, type Check } from "../check.js";
import { ensureClose, ensureNoLeak } from "../measure.js";
import type { EngineUnderTest } from "./engine-under-test.js";
import { drawValues, normal, toTensor } from "./inputs.js";

const OPTIMIZERS: Readonly<Record<string, NonNullable<TrainingInput["optimizer"]>>> = {
  Adam: { name: "adam" },
  "Adam with weight decay": { name: "adamw", weightDecay: 0.1 },
  "gradient descent": { name: "sgd", momentum: 0 },
  "gradient descent with Nesterov's momentum": { name: "sgd", momentum: 0.9 },
  "gradient descent with momentum": { name: "sgd", momentum: 0.9, nesterov: false },
};
const SHAPES = [[3, 3, 3, 4, 8], [8], [17, 5], [1]];
const UPDATES = 3;

/** Several updates of several weights by every optimiser against tfjs' cpu backend. */
export function updateChecks({ backend, tolerance, coarse }: EngineUnderTest): Check[] {
  return Object.entries(OPTIMIZERS).map(([name, optimizer]) =>
    createCheck(`${UPDATES} updates by ${name} equal the reference`, async () => {
      await tf.setBackend("cpu");
      const expected = await update(optimizer, coarse);
      await tf.setBackend(backend);
      await ensureNoLeak(async () => {
        const actual = await update(optimizer, coarse);
        for (const [what, values] of expected) ensureClose(`${name}, ${what}`, actual.get(what) ?? [], values, tolerance);
      });
    }),
  );
}

/** Weights and the optimiser's state, by name, after the updates. */
async function update(optimizer: TrainingInput["optimizer"], coarse: boolean): Promise<Map<string, ArrayLike<number>>> {
  const random = createRandom("updates");
  const draw = (label: string, shape: readonly number[]) => toTensor(drawValues(normal(...shape), random.split(label), coarse));
  const weights = SHAPES.map((shape, index) => {
    const initial = draw(`weight ${index}`, shape);
    const variable = tf.variable(initial);
    initial.dispose();
    return { name: `weight${index}`, variable, learningRateScale: index === 1 ? 0.5 : 1 };
  });
  const running = new Optimizer(trainingOptions.parse({ optimizer }).optimizer, weights);
  for (let step = 0; step < UPDATES; step++) {
    const gradients = SHAPES.map((shape, index) => draw(`gradient ${index} of step ${step}`, shape));
    running.update(gradients, 0.01 * (step + 1));
    tf.dispose(gradients);
  }
  const results = new Map<string, ArrayLike<number>>();
  for (const { name, variable } of weights) results.set(name, (await variable.data()).slice());
  for (const [name, state] of running.state()) results.set(name, (await state.data()).slice());
  running.dispose();
  for (const { variable } of weights) variable.dispose();
  return results;
}
