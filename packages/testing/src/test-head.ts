import { createRandom, type Example, type Head, type HeadPlugin, type LabelledCase, type Rank } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { ensure, type Check } from "./check.js";
import { checkLearning, type Learner, type LearningSettings } from "./learning.js";
import { ensureClose, ensureFinite, ensureNoLeak } from "./measure.js";
import { createPhantom } from "./phantom.js";
import { createSmallEncoder } from "./small-encoder.js";
import { checkOptions, resolveOptions } from "./test-options.js";
import { checkTrainable, withNetworks, type TrainableSubject } from "./test-trainable.js";

/** How a head is tested. */
export interface HeadTestSettings {
  /** Options as a configuration would write them. Default {}. */
  readonly options?: unknown;
  /** Voxels along every axis. Default 16. */
  readonly side?: number;
  /** Image channels. Default 2. */
  readonly channels?: number;
  /** Size of the images that examples carry, where it is not the case's. */
  readonly inputSize?: (rank: Rank) => readonly number[];
  /** Labelled case number `index`. Default: phantoms with the labels 1, 2 and 3. */
  readonly labelled?: (rank: Rank, index: number) => LabelledCase;
  /** Whether predictions are independent answers, which do not sum to 1 over the classes. Default false. */
  readonly independent?: boolean;
  /** Where given, the head must learn; see {@link LearningSettings}. */
  readonly learning?: LearningSettings;
}

/** The contract of downstream heads, as checks for any test runner. Uses tfjs' current engine. */
export function testHead<Options, E extends Example>(head: HeadPlugin<string, Options, E>, settings: HeadTestSettings = {}): Check[] {
  const { options: written = {}, side = 16, channels = 2, independent = false } = settings;
  const labelled = settings.labelled ?? ((rank: Rank, seed: number) => createPhantom({ rank, side, channels, seed }));
  const perRank = head.ranks.flatMap((rank) => {
    const options = (): Options => resolveOptions(head, written);
    const inputSize = settings.inputSize?.(rank) ?? new Array<number>(rank).fill(side);
    const subject: TrainableSubject<E, Head<E>> = {
      rank,
      channels,
      inputSize,
      example: (index) => head.example(labelled(rank, index), options(), createRandom("examples").split(index)),
      build: (encoder) => {
        const classPrior = head.classPrior?.([labelled(rank, 0).truth], options());
        return head.build({ encoder, options: options(), inputSize, random: createRandom("head"), ...(classPrior === undefined ? {} : { classPrior }) });
      },
    };
    const learner: Learner<E> = { ...subject, encoder: () => createSmallEncoder(rank, channels, createRandom("encoder")) };
    const learns = settings.learning === undefined ? [] : [checkLearning(learner, settings.learning)];
    return [...learns, ...checkTrainable(subject), ...checkPredictions(head, subject, options, labelled(rank, 0), independent)];
  });
  return [checkOptions(head, written), ...perRank];
}

function checkPredictions<Options, E extends Example>(
  head: HeadPlugin<string, Options, E>,
  subject: TrainableSubject<E, Head<E>>,
  options: () => Options,
  { image, truth }: LabelledCase,
  independent: boolean,
): Check[] {
  const images = (): tf.Tensor => tf.tensor(image.voxels, [1, ...image.size, image.channels]);
  const numbers = head.answers === "numbers";
  return [
    {
      name: `${subject.rank}D: predictions are ${numbers ? "finite" : "probabilities"}, the same ones every time, and leave no tensor behind`,
      run: () =>
        withNetworks(subject, async ({ trainable }) => {
          await ensureNoLeak(() => {
            const input = images();
            const [first, again] = [trainable.predict(input), trainable.predict(input)];
            const sums = tf.tidy(() => tf.sum(first, -1).dataSync());
            if (numbers) ensureFinite("the predictions", first.dataSync());
            else if (!independent) ensureClose("sums over classes", sums, new Float32Array(sums.length).fill(1), 1e-4);
            ensure(numbers || first.dataSync().every((value) => value >= 0 && value <= 1), "expected probabilities within 0 and 1, received others");
            ensureClose("the second prediction", again.dataSync(), first.dataSync(), 0);
            tf.dispose([input, first, again]);
          });
        }),
    },
    {
      name: `${subject.rank}D: scores are finite or undefined`,
      run: () =>
        withNetworks(subject, ({ trainable }) => {
          const input = images();
          const prediction = trainable.predict(input);
          const probabilities = { data: Float32Array.from(prediction.dataSync()), shape: prediction.shape.slice(1) };
          const summary = head.summarise?.([{ probabilities, truth }], options()).scores ?? {};
          const scores = Object.entries({ ...head.score(probabilities, truth, options()), ...summary });
          tf.dispose([input, prediction]);
          ensure(scores.length > 0, "expected at least one score, received none");
          for (const [name, value] of scores) if (value !== null) ensureFinite(`the score "${name}"`, [value]);
        }),
    },
  ];
}
