import { createRandom, type Example, type TaskPlugin } from "@ssl3d/core";
import { createCheck, ensure, type Check } from "./check.js";
import { createPhantom } from "./phantom.js";
import { checkOptions, resolveOptions } from "./test-options.js";
import { checkTrainable } from "./test-trainable.js";

/** How a task is tested. */
export interface TaskTestSettings {
  /** Options as a configuration would write them. Default {}: the plugin's defaults. */
  readonly options?: unknown;
  /** Voxels along every axis of the phantoms. Default 16. */
  readonly side?: number;
  /** Image channels. Default 2. */
  readonly channels?: number;
}

/** The contract of proxy tasks, as checks for any test runner. Uses tfjs' current engine. */
export function testTask<Options, E extends Example>(
  task: TaskPlugin<string, Options, E>,
  settings: TaskTestSettings = {},
): Check[] {
  const { options: written = {}, side = 16, channels = 2 } = settings;
  const perRank = task.ranks.flatMap((rank) => {
    const phantom = (seed: number) => createPhantom({ rank, side, channels, seed }).image;
    const options = (): Options => resolveOptions(task, written);
    const companions = () => Array.from({ length: task.companions?.(options()) ?? 0 }, (_, i) => phantom(1000 + i));
    const inputSize = new Array<number>(rank).fill(side);
    return [
      createCheck(`${rank}D: an example leaves its volume as it was`, () => {
        const [volume, untouched] = [phantom(0), phantom(0)];
        task.example(volume, options(), createRandom(1), companions());
        ensure(volume.voxels.every((value, i) => value === untouched.voxels[i]), "expected the volume's voxels to stay, received others");
      }),
      ...checkTrainable({
        rank,
        channels,
        inputSize,
        example: (index: number) => task.example(phantom(index), options(), createRandom("examples").split(index), companions()),
        build: (encoder) => task.build({ encoder, options: options(), inputSize, random: createRandom("task") }),
      }),
    ];
  });
  return [checkOptions(task, written), ...perRank];
}
