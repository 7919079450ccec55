import {
  createRandom,
  stackExamples,
  train,
  trainingOptions,
  type Encoder,
  type Example,
  type Rank,
  type Trainable,
} from "@ssl3d/core";
import { createCheck, ensure, type Check } from "./check.js";
import { ensureNoLeak } from "./measure.js";

/** How fast a plugin must learn on a toy cohort: how far the mean training loss over the last fifth of some steps has fallen. */
export interface LearningSettings {
  /** The loss of guessing, by rank where it depends on it. */
  readonly chance: number | Readonly<Record<Rank, number>>;
  readonly steps: number;
  /** Share of `chance` that the loss must fall below. Default 0.7. */
  readonly below?: number;
  /** Default 8. */
  readonly batchSize?: number;
  /** Of Adam, along a cosine to 0. Default 0.003. */
  readonly learningRate?: number;
}

/** Something that is to learn. */
export interface Learner<E extends Example> {
  readonly rank: Rank;
  /** Example number `n` of a toy cohort. */
  readonly example: (n: number) => E;
  readonly encoder: () => Encoder;
  readonly build: (encoder: Encoder) => Trainable<E>;
}

/** The check that something learns what its examples ask. */
export function checkLearning<E extends Example>({ rank, example, encoder: createEncoder, build }: Learner<E>, settings: LearningSettings): Check {
  const { steps, below = 0.7, batchSize = 8, learningRate = 3e-3 } = settings;
  const chance = typeof settings.chance === "number" ? settings.chance : settings.chance[rank];
  const goal = below * chance;
  return createCheck(`${rank}D: it learns: within ${steps} steps the loss falls below ${goal.toFixed(2)}, chance being ${chance.toFixed(2)}`, () =>
    ensureNoLeak(async () => {
      const losses: number[] = [];
      const encoder = createEncoder();
      const trainable = build(encoder);
      try {
        await train({
          encoder,
          trainable,
          batches: {
            batch: (index) => {
              const numbers = Array.from({ length: batchSize }, (_, i) => index * batchSize + i);
              return Promise.resolve(stackExamples(numbers.map(example), numbers.map((n) => `phantom-${n}`)));
            },
          },
          options: trainingOptions.parse({ steps, batchSize, learningRate, schedule: { name: "cosine" } }),
          random: createRandom("learning"),
          onEvent: (event) => {
            if (event.type === "step") losses.push(event.loss);
          },
        });
      } finally {
        trainable.dispose();
        encoder.dispose();
      }
      const last = losses.slice(-Math.ceil(steps / 5));
      const mean = last.reduce((sum, loss) => sum + loss, 0) / last.length;
      ensure(mean < goal, `expected a mean loss below ${goal.toFixed(3)} at the end, received ${mean.toFixed(3)} (first step: ${losses[0]?.toFixed(3)})`);
    }),
  );
}
