import { createRandom, type Example, type NumericArray, type Rank, type TaskPlugin, type Volume } from "@ssl3d/core";
import { createCheck, ensure, type Check } from "./check.js";
import { checkInference } from "./inference.js";
import { checkLearning, type LearningSettings } from "./learning.js";
import { createPhantom } from "./phantom.js";
import { createSmallEncoder } from "./small-encoder.js";
import { checkOptions, resolveOptions } from "./test-options.js";
import { checkTrainable, sameArray, sameExample } from "./test-trainable.js";

/** How a task is tested. */
export interface TaskTestSettings {
  /** Options as a configuration would write them. Default {}: the plugin's defaults. */
  readonly options?: unknown;
  /** Voxels along every axis of the phantoms. Default 16. */
  readonly side?: number;
  /** Image channels. Default 2. */
  readonly channels?: number;
  /** Shapes of what `infer` takes, without the batch axis; by default one, that of the examples' `image`. */
  readonly inputs?: (rank: Rank) => readonly (readonly number[])[];
  /** How fast it must learn; by default that is not checked. */
  readonly learning?: LearningSettings;
}

/** Cases that learning is checked on. */
const COHORT = 12;

/** The contract of proxy tasks, as checks for any test runner. Uses tfjs' current engine. */
export function testTask<Options, E extends Example>(
  task: TaskPlugin<string, Options, E>,
  settings: TaskTestSettings = {},
): Check[] {
  const { options: written = {}, side = 16, channels = 2, learning } = settings;
  const perRank = task.ranks.flatMap((rank) => {
    const phantom = (seed: number): Volume<Float32Array> => createPhantom({ rank, side, channels, seed, lopsided: true }).image;
    const options = (): Options => resolveOptions(task, written);
    const companions = (first = 1000): Volume<Float32Array>[] =>
      Array.from({ length: task.companions?.(options()) ?? 0 }, (_, i) => phantom(first + i));
    const inputSize = new Array<number>(rank).fill(side);
    const example = (index: number): E => task.example(phantom(index), options(), createRandom("examples").split(index), companions());
    const build = (encoder: Parameters<typeof task.build>[0]["encoder"]): ReturnType<typeof task.build> =>
      task.build({ encoder, options: options(), inputSize, random: createRandom("task") });
    const cohort = Array.from({ length: COHORT }, (_, seed) => standardise(phantom(seed)));
    return [
      createCheck(`${rank}D: an example leaves its volume and its companions as they were`, () => {
        const volumes = [phantom(0), ...companions()];
        const untouched = [phantom(0), ...companions()];
        task.example(volumes[0]!, options(), createRandom(1), volumes.slice(1));
        ensure(
          volumes.every(({ voxels }, index) => voxels.every((value, i) => value === untouched[index]!.voxels[i])),
          "expected the volume's voxels to stay, received others",
        );
      }),
      createCheck(`${rank}D: companions are as many as the options say, and count`, () => {
        const count = task.companions?.(options()) ?? 0;
        ensure(Number.isInteger(count) && count >= 0, `expected a whole number of companions, received ${count}`);
        if (count === 0) return;
        const examples = [1000, 2000].map((first) => task.example(phantom(0), options(), createRandom(1), companions(first)));
        ensure(!sameExample(examples[0]!, examples[1]!), "expected other companions to give another example, received the same");
      }),
      ...checkMaskedBorders(task, options, example, rank),
      ...checkPreview(task, options, example, rank),
      ...checkTrainable({ rank, channels, inputSize, example, build }),
      checkInference({ rank, channels, inputSize, example, build }, () => settings.inputs?.(rank) ?? imageOf(example(0))),
      ...(learning === undefined
        ? []
        : [
            checkLearning(
              {
                rank,
                example: (n) => {
                  const others = [...cohort.slice((n % COHORT) + 1), ...cohort].slice(0, companions().length);
                  return task.example(cohort[n % COHORT]!, options(), createRandom("learning").split(n), others);
                },
                encoder: () => createSmallEncoder(rank, channels, createRandom("encoder")),
                build,
              },
              learning,
            ),
          ]),
    ];
  });
  return [checkOptions(task, written), ...perRank];
}

function imageOf(example: Example): readonly (readonly number[])[] {
  ensure(example["image"] !== undefined, "expected examples with an `image`, which `infer` takes, or the setting `inputs`, received neither");
  return [example["image"].shape];
}

/** Mean 0 and standard deviation 1, as preprocessing leaves volumes. */
function standardise(volume: Volume<Float32Array>): Volume<Float32Array> {
  const { voxels } = volume;
  const mean = voxels.reduce((sum, value) => sum + value, 0) / voxels.length;
  const deviation = Math.sqrt(voxels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / voxels.length);
  return { ...volume, voxels: voxels.map((value) => (value - mean) / deviation) };
}

function checkMaskedBorders<Options, E extends Example>(
  task: TaskPlugin<string, Options, E>,
  options: () => Options,
  example: (index: number) => E,
  rank: Rank,
): Check[] {
  if (task.maskBorders === undefined) return [];
  return [
    createCheck(`${rank}D: an example with masked borders asks the same of blanked images`, () => {
      const [before, kept] = [example(0), example(0)];
      const masked = task.maskBorders?.(before, options()) ?? before;
      ensure(sameExample(before, kept), "expected masking to leave its example as it was, received another");
      ensure(Object.keys(masked).sort().join() === Object.keys(before).sort().join(), "expected the same arrays, received others");
      let changed = 0;
      for (const [name, array] of Object.entries<NumericArray>(masked)) {
        const original = before[name]!;
        ensure(array.shape.join() === original.shape.join(), `"${name}": expected the shape [${original.shape.join(", ")}], received [${array.shape.join(", ")}]`);
        const isSame = sameArray(array, original);
        if (original.data instanceof Float32Array) changed += isSame ? 0 : 1;
        else ensure(isSame, `expected "${name}" to stay, received other values`);
      }
      ensure(changed > 0, "expected an image with blanked borders, received none");
    }),
  ];
}

function checkPreview<Options, E extends Example>(
  task: TaskPlugin<string, Options, E>,
  options: () => Options,
  example: (index: number) => E,
  rank: Rank,
): Check[] {
  if (task.preview === undefined) return [];
  return [
    createCheck(`${rank}D: a preview has titled images`, () => {
      const figures = task.preview?.(example(0), options()) ?? [];
      ensure(figures.length > 0, "expected a figure at least, received none");
      for (const { title, image, overlay, outline } of figures) {
        ensure(title.trim() !== "", "expected a title, received none");
        const count = image.shape.reduce((product, length) => product * length, 1);
        ensure(
          (image.shape.length === 3 || image.shape.length === 4) && image.data.length === count,
          `"${title}": expected an image [..., channels], received ${image.data.length} values of shape [${image.shape.join(", ")}]`,
        );
        for (const labels of [overlay, outline])
          ensure(labels === undefined || labels.shape.join() === image.shape.slice(0, -1).join(), `"${title}": expected labels of the image's size, received others`);
      }
    }),
  ];
}
