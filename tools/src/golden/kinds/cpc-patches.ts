import { createRandom, type Random, type Rank } from "@ssl3d/core";
import type { ImageArray } from "@ssl3d/data";
import { cropAndPad, cutPatches, drawOtherColumns, predictionGrid, PUBLISHED_PATCHES, type PatchOptions } from "@ssl3d/task-cpc";
import { expectClose } from "../compare.js";
import { filesOf, type GoldenFolder } from "../golden-folder.js";
import type { GoldenCase, GoldenKind } from "../golden-kind.js";
import { tapedRandom, type TapedRandom, type TapeEntry } from "../taped-random.js";
import { originalExamples } from "./cpc-tables.js";

/** The original's patches of predictive coding: "<stem>.in.npy" with "<stem>.patches_*.npy" or "<stem>.full_*.npy" and the draws that made them. */
export const cpcPatches: GoldenKind = {
  name: "cpc-patches",
  summary: "predictive coding: patches as cut, as distorted with recorded draws, and whole examples",
  find: (folder) =>
    Promise.resolve(
      folder.files.flatMap((file): GoldenCase[] => {
        const stem = /^((?:.*\/)?cpc[^/.]*)\.in\.npy$/.exec(file)?.[1];
        return stem === undefined ? [] : [{ name: stem, files: filesOf(folder, stem), run: () => checkPatches(folder, stem) }];
      }),
    ),
};

async function checkPatches(folder: GoldenFolder, stem: string): Promise<undefined> {
  const images = await readImages(folder, `${stem}.in.npy`);
  const checked = new Set([`${stem}.in.npy`]);
  const tapeOf = async (part: string): Promise<readonly TapeEntry[]> => {
    checked.add(`${stem}.${part}_tape.json`);
    return (await folder.readJson(`${stem}.${part}_tape.json`)) as readonly TapeEntry[];
  };
  for (const file of filesOf(folder, stem)) {
    const part = file.slice(stem.length + 1, -".npy".length);
    if (!file.endsWith(".npy") || !part.startsWith("patches_")) continue;
    const expected = await folder.readArray(file);
    const rank = expected.shape.length - 3;
    const perSide = Math.round((expected.shape[1] as number) ** (1 / rank));
    if (part.startsWith("patches_eval")) {
      const whole = { ...PUBLISHED_PATCHES[rank as Rank], patchesPerSide: perSide, patchCrop: 1, patchFlip: 0 };
      expectImages(file, images.map((image) => cutPatches(image, whole, createRandom(1))), expected);
    } else {
      const random = tapedRandom(await tapeOf(part));
      expectImages(file, distort(images, perSide, random, await tapeOf(part)), expected);
      expectAllDrawn(random);
    }
    checked.add(file);
  }
  if (folder.files.includes(`${stem}.full_tape.json`)) {
    await checkExamples(folder, stem, images, await tapeOf("full"));
    for (const part of ["enc", "pred", "y"]) checked.add(`${stem}.full_${part}.npy`);
  }
  const rest = filesOf(folder, stem).filter((file) => !checked.has(file));
  if (rest.length > 0) throw new Error(`not understood: ${rest.join(", ")}`);
}

/** From the images to the examples that the original trains on; the files hold the first of them and all labels. */
async function checkExamples(folder: GoldenFolder, stem: string, images: readonly ImageArray[], tape: readonly TapeEntry[]): Promise<void> {
  const labels = await folder.readArray(`${stem}.full_y.npy`);
  const rank = (images[0]!.shape.length - 1) as Rank;
  const columns = labels.data.length / 2 / images.length;
  const perSide = Math.round(columns ** (1 / (rank - 1)));
  const random = tapedRandom(tape);
  const patches = distort(images, perSide, random, tape);
  const { reads, predicts, truth } = originalExamples(rank, perSide, drawOtherColumns(rank, perSide, images.length, random), predictionGrid(rank, perSide).patches);
  expectAllDrawn(random);
  expectClose("labels", { data: truth, shape: labels.shape }, labels, 0);
  for (const [part, terms] of [["enc", reads], ["pred", predicts]] as const) {
    const expected = await folder.readArray(`${stem}.full_${part}.npy`);
    const shown = terms.slice(0, expected.shape[0]).map((ids) => gatherPatches(patches, ids));
    expectImages(`full_${part}`, shown, expected);
  }
}

/** Patches by their numbers, which go on from image to image; below 0 stands for zeros. */
function gatherPatches(images: readonly ImageArray[], ids: readonly number[]): ImageArray {
  const [count, ...shape] = images[0]!.shape as [number, ...number[]];
  const length = shape.reduce((product, side) => product * side, 1);
  const data = new Float32Array(ids.length * length);
  ids.forEach((id, index) => {
    const start = (id % count) * length;
    if (id >= 0) data.set(images[Math.floor(id / count)]!.data.subarray(start, start + length), index * length);
  });
  return { data, shape: [ids.length, ...shape] };
}

/** Our task's patches of every image, as `example()` makes them; the tape's first draws tell how much of the image is kept. */
function distort(images: readonly ImageArray[], perSide: number, random: Random, tape: readonly TapeEntry[]): ImageArray[] {
  const rank = (images[0]!.shape.length - 1) as Rank;
  const options: PatchOptions = { ...PUBLISHED_PATCHES[rank], patchesPerSide: perSide };
  const size = images[0]!.shape.slice(0, rank);
  const kept = size.map((length, axis) => length + 1 - roomsOf(tape[axis]!));
  return images.map((image) => cutPatches(cropAndPad(image, kept, random), options, random));
}

/** The number of places that a recorded whole number was drawn from. */
function roomsOf([, parameters]: TapeEntry): number {
  return Number(parameters.at(-1));
}

function expectAllDrawn({ remaining }: TapedRandom): void {
  if (remaining > 0) throw new Error(`${remaining} recorded draws were not asked for`);
}

async function readImages(folder: GoldenFolder, path: string): Promise<ImageArray[]> {
  const { data, shape } = await folder.readArray(path);
  const [count, ...rest] = shape as [number, ...number[]];
  const length = data.length / count;
  return Array.from({ length: count }, (_, index) => ({ data: Float32Array.from(data.slice(index * length, (index + 1) * length)), shape: rest }));
}

function expectImages(what: string, actual: readonly ImageArray[], expected: { readonly data: ArrayLike<number>; readonly shape: readonly number[] }): void {
  const data = Float32Array.from(actual.flatMap((image) => [...image.data]));
  expectClose(what, { data, shape: [actual.length, ...(actual[0]?.shape ?? [])] }, expected, 0);
}
