import { createRandom, Optimizer, trainingOptions, type Random } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { NamedTensorMap } from "@tensorflow/tfjs-core";
import { createCheck, ensure, type Check } from "../check.js";
import { ensureNoLeak } from "../measure.js";
import type { EngineUnderTest } from "./engine-under-test.js";
import { drawValues, toTensor } from "./inputs.js";
import { stepCases, type StepCase } from "./step-cases.js";

/** Rounding errors add up over a network: a step may stray further than an operation. */
const STEP_FACTOR = 10;
/**
 * Gradients are compared by their norm, but not by one below this share of the largest: what is left where large terms cancel, as in biases
 * around a normalisation, has their rounding errors. An engine's number of threads alone moves it by more than a tenth of what is allowed.
 */
const LEAST_NORM = 5e-2;
const STEPS = 2;
/** All gradients together of coarse engines are held to how far the reference strays when its weights are moved at random by this share, some roundings of bf16. */
const COARSE_CHANGE = 2 ** -7;
const COARSE_FACTOR = 3;
/** However much a network magnifies rounding errors, a gradient of zeros (1) or of the wrong sign (2) is wrong. */
const MOST = 0.9;
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
      const moved = coarse ? await train(one, coarse, COARSE_CHANGE) : undefined;
      await tf.setBackend(backend);
      await ensureNoLeak(async () => {
        const actual = await train(one, coarse);
        for (const [index, { loss }] of expected.entries()) {
          const received = actual[index]!.loss;
          ensure(Math.abs(received - loss) <= allowed * Math.abs(loss), `loss of step ${index}: expected ${loss}, received ${received}`);
        }
        if (moved === undefined) {
          for (const [name, gap] of strays(actual[0]!.gradients, expected[0]!.gradients)) {
            ensure(gap <= allowed, `the gradient of "${name}" strays by ${gap.toExponential(2)} of its norm, ${allowed} is allowed`);
          }
        } else {
          const limit = Math.min(MOST, Math.max(allowed, COARSE_FACTOR * strayOfAll(moved[0]!.gradients, expected[0]!.gradients)));
          const gap = strayOfAll(actual[0]!.gradients, expected[0]!.gradients);
          ensure(gap <= limit, `all gradients together stray by ${gap.toExponential(2)} of their norm, ${limit} is allowed`);
        }
      });
    }),
  );
}

/** How far each gradient is from the one expected, as a share of its norm. */
function strays(actual: Step["gradients"], expected: Step["gradients"]): Map<string, number> {
  const largest = Math.max(...Array.from(expected.values(), norm));
  ensure(largest > 0, "expected gradients, received zeros only");
  const gaps = new Map<string, number>();
  for (const [name, gradient] of expected) {
    const received = actual.get(name) ?? [];
    const gap = norm(Array.from(gradient, (value, i) => value - (received[i] ?? NaN)));
    gaps.set(name, gap / Math.max(norm(gradient), LEAST_NORM * largest));
  }
  return gaps;
}

/** The same for all gradients as one vector: with coarse rounding, one weight's gradient of a small network may be anything. */
function strayOfAll(actual: Step["gradients"], expected: Step["gradients"]): number {
  const join = (gradients: Step["gradients"]): number[] => [...expected.keys()].flatMap((name) => Array.from(gradients.get(name) ?? []));
  return strays(new Map([["", join(actual)]]), new Map([["", join(expected)]])).get("")!;
}

/** Trains on the current engine for some steps, from weights moved at random by up to a share `change` of themselves. */
async function train({ name, inputs, build }: StepCase, coarse: boolean, change = 0): Promise<Step[]> {
  const { parts, loss } = build(createRandom("network"));
  const weights = parts.flatMap((part) => part.weights).filter(({ trainable }) => trainable);
  if (change > 0) for (const { name: weight, variable } of weights) move(variable, change, createRandom(weight));
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

function move(variable: tf.Variable, change: number, random: Random): void {
  tf.tidy(() => variable.assign(tf.tensor(variable.dataSync<"float32">().map((value) => value * (1 + random.uniform(-change, change))), variable.shape)));
}

function gradientOf(gradients: NamedTensorMap, name: string): tf.Tensor {
  const gradient = gradients[name];
  ensure(gradient !== undefined, `expected a gradient for the weight "${name}", received none`);
  return gradient;
}

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
}
