import type { Example, Random, TaskPlugin } from "@ssl3d/core";
import { cropPatchGrid, gridPatchSize, type PatchGridOptions } from "@ssl3d/data";
import { expectClose } from "../compare.js";
import type { GoldenFolder } from "../golden-folder.js";
import { tapedRandom, type TapeEntry } from "../taped-random.js";
import { labelsOf, rowsOf, volumeOf, type Row } from "./golden-rows.js";

/** A task whose examples are patches of a grid and a class. */
export interface PatchTask {
  /** Patches a side that the arrays of results and of one-hot classes are of. */
  perSide(rank: number, results: readonly number[], classes: number): number;
  example(options: PatchGridOptions, volume: Row, random: Random): { readonly image: Row; readonly label: { readonly data: ArrayLike<number> } };
  /** The draws of one example of a given class, in the order in which the task asks for them. */
  draws(label: number, classes: number, crops: readonly TapeEntry[]): TapeEntry[];
  /** Whether the original drew the class from the stream that was recorded. */
  readonly labelsRecorded: boolean;
}

/**
 * Holds a task's examples against the original's: `.in`, `.out` (one example a row) and `.y` (its one-hot class); `.all_patches` where it
 * is there; the recorded draws in `.json` where they are, `.in` then being a batch. Which jitter made them is not said, but
 * the patches' size leaves few. Exact.
 */
export async function checkPatchTask(folder: GoldenFolder, stem: string, task: PatchTask): Promise<string> {
  const read = (part: string) => folder.readArray(`${stem}.${part}.npy`);
  const [input, results, oneHot] = await Promise.all([read("in"), read("out"), read("y")]);
  const rank = results.shape.length - 3;
  const labels = labelsOf(oneHot);
  const classes = oneHot.shape[1] as number;
  const perSide = task.perSide(rank, results.shape, classes);
  const taped = folder.files.includes(`${stem}.json`);
  const tape = taped ? ((await folder.readJson(`${stem}.json`)) as TapeEntry[]) : [];
  const batched = input.shape.length === rank + 2;
  const images = batched ? rowsOf(input) : labels.map(() => ({ data: Float32Array.from(input.data), shape: input.shape }));
  const size = (images[0] as Row).shape.slice(0, -1);

  const check = async (jitter: number): Promise<void> => {
    const options = { patchesPerSide: perSide, patchJitter: jitter };
    if (folder.files.includes(`${stem}.all_patches.npy`)) {
      expectClose("all patches", cropPatchGrid(images[0] as Row, { perSide, jitter }), await read("all_patches"), 0);
    }
    const room = Math.max(0, jitter);
    const cropsEach = room > 0 ? perSide ** rank * rank : 0;
    const middles = Array.from({ length: cropsEach }, (): TapeEntry => ["np.randint", [0, room + 1], Math.floor(room / 2)]);
    const recordedCrops = tape.filter(([name, range]) => name === "np.randint" && range[range.length - 1] === room + 1);
    const recorded = tapedRandom(tape);
    for (const [row, expected] of rowsOf(results).entries()) {
      const label = labels[row] as number;
      const crops = taped ? recordedCrops.slice(row * cropsEach, (row + 1) * cropsEach) : middles;
      const random = taped && task.labelsRecorded ? recorded : tapedRandom(task.draws(label, classes, crops));
      const { image, label: drawn } = task.example(options, images[row] as Row, random);
      if (drawn.data[0] !== label) throw new Error(`example ${row}: class ${drawn.data[0]}, expected ${label}`);
      expectClose(`example ${row}, class ${label}`, image, expected, 0);
      if (random !== recorded && random.remaining > 0) throw new Error(`example ${row}: ${random.remaining} draws are left over`);
    }
    if (taped && task.labelsRecorded && recorded.remaining > 0) throw new Error(`${recorded.remaining} recorded draws are left over`);
  };
  return await tryJitters(size, perSide, results.shape.slice(2, -1), check);
}

/** Checks with each jitter that gives patches of that size; throws what the smallest of them threw where none passes. */
async function tryJitters(
  size: readonly number[],
  perSide: number,
  patch: readonly number[],
  check: (jitter: number) => Promise<void>,
): Promise<string> {
  const candidates = Array.from({ length: 2 * Math.max(...size) }, (_, i) => (i % 2 === 0 ? i / 2 : -(i + 1) / 2)).filter((jitter) => {
    try {
      return gridPatchSize(size, { perSide, jitter }).join() === patch.join();
    } catch {
      return false;
    }
  });
  let problem = `no jitter cuts [${size.join(", ")}] voxels into ${perSide} patches a side of [${patch.join(", ")}]`;
  for (const [index, jitter] of candidates.entries()) {
    try {
      await check(jitter);
      return `${perSide} patches a side, jitter ${jitter}`;
    } catch (error) {
      if (index === 0) problem = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Error(problem);
}

/** A plugin's example from an image and these options. */
export function exampleOf<Options, E extends Example & { image: Row; label: { data: ArrayLike<number> } }>(
  task: TaskPlugin<string, Options, E>,
  options: Options,
  image: Row,
  random: Random,
): E {
  return task.example(volumeOf("golden", image), options, random, []);
}
