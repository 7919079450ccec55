import { createRandom, Optimizer, trainingOptions } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { NamedTensorMap } from "@tensorflow/tfjs-core";
import { createCheck, ensure, type Check } from "../check.js";
import { ensureNoLeak } from "../measure.js";
import type { EngineUnderTest } from "./engine-under-test.js";
import { drawValues, toTensor } from "./inputs.js";
import { stepCases, type StepCase } from "./step-cases.js";

/** Rounding errors add up over a network: a step may stray further than an operation. */
const STEP_FACTOR = 10;
/** Gradients are compared by their norm, but not by one below this share of the largest: a bias before a normalisation has rounding errors only. */
const LEAST_NORM = 1e-2;
const STEPS = 2;
/** Low, since a step magnifies rounding errors. */
const LEARNING_RATE = 1e-3;

interface Step {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, ArrayLike<number>>;
}

/** Whole training steps against tfjs' cpu backend: the loss, the gradient of every weight, the loss after an update, no tensor left. */
export function stepChecks({ backend, tolerance, coarse }: EngineUnderTest): Check[] {
  const allowed = STEP_FACTOR * tolerance;
  return ([2, 3] as const).flatMap(stepCases).map((one) =>
    createCheck(`${one.name} equals the reference`, async () => {
      await tf.setBackend("cpu");
      const expected = await train(one, coarse);
      await tf.setBackend(backend);
      await ensureNoLeak(async () => {
        const actual = await train(one, coarse);
        for (const [index, { loss }] of expected.entries()) {
          const received = actual[index]!.loss;
          ensure(Math.abs(received - loss) <= allowed * Math.abs(loss), `loss of step ${index}: expected ${loss}, received ${received}`);
        }
        compareGradients(actual[0]!.gradients, expected[0]!.gradients, allowed);
      });
    }),
  );
}

function compareGradients(actual: Step["gradients"], expected: Step["gradients"], allowed: number): void {
  const largest = Math.max(...Array.from(expected.values(), norm));
  ensure(largest > 0, "expected gradients, received zeros only");
  for (const [name, gradient] of expected) {
    const received = actual.get(name) ?? [];
    const gap = norm(Array.from(gradient, (value, i) => value - (received[i] ?? NaN))) / Math.max(norm(gradient), LEAST_NORM * largest);
    ensure(gap <= allowed, `the gradient of "${name}" strays by ${gap.toExponential(2)} of its norm, ${allowed} is allowed`);
  }
}

/** Trains on the current engine for some steps. */
async function train({ name, inputs, build }: StepCase, coarse: boolean): Promise<Step[]> {
  const { parts, loss } = build(createRandom("network"));
  const weights = parts.flatMap((part) => part.weights).filter(({ trainable }) => trainable);
  const variables = weights.map(({ variable }) => variable);
  const { optimizer: options } = trainingOptions.parse({ optimizer: { name: "sgd", momentum: 0.9 } });
  const optimizer = new Optimizer(options, weights.map((weight) => ({ ...weight, learningRateScale: 1 })));
  const tensors = inputs.map((input, index) => toTensor(drawValues(input, createRandom(`${name}/${index}`), coarse)));
  const steps: Step[] = [];
  for (let step = 0; step < STEPS; step++) {
    const mode = { training: true, random: createRandom(`step ${step}`) } as const;
    const { value, grads } = tf.variableGrads(() => loss(tensors, mode), variables);
    const gradients = new Map<string, ArrayLike<number>>();
    for (const { name: weight, variable } of weights) gradients.set(weight, (await gradientOf(grads, variable.name).data()).slice());
    optimizer.update(variables.map((variable) => gradientOf(grads, variable.name)), LEARNING_RATE);
    steps.push({ loss: (await value.data())[0]!, gradients });
    tf.dispose([value, grads]);
  }
  tf.dispose(tensors);
  for (const part of [optimizer, ...parts]) part.dispose();
  return steps;
}

function gradientOf(gradients: NamedTensorMap, name: string): tf.Tensor {
  const gradient = gradients[name];
  ensure(gradient !== undefined, `expected a gradient for the weight "${name}", received none`);
  return gradient;
}

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
}
