import { augmentAsOriginal, createVolume, ORIGINAL_AUGMENTATIONS, rotateInPlane, zoom, type NpyArray, type OriginalAugmentation } from "@ssl3d/data";
import { augmentVolume, changeImage, exemplarOptions } from "@ssl3d/task-exemplar";
import type { Random, Volume } from "@ssl3d/core";
import { posix } from "node:path";
import { expectClose, TOLERANCE, type Shaped } from "../compare.js";
import { findDescriptors, type GoldenFolder } from "../golden-folder.js";
import type { GoldenCase, GoldenKind } from "../golden-kind.js";
import { tapedRandom, type TapeEntry } from "../taped-random.js";

const VOLUME = /(^|\/)exemplar3d[^./]*\.tape\.json$/;
const SEGMENTATION = /(^|\/)segaug[^./]*\.tape\.json$/;
const ROTATION = /^(.*\/)?([^/.]+)\.rotate(\d?)_(-?[\d.]+)_axes(\d)(\d)\.npy$/;
const ZOOM = /(^|\/)exemplar3d[^./]*\.zoom[^/]*\.npy$/;
const IMAGE_CASES = "cases_k_vflip_hflip_alpha_beta";
const ORDERS = { "0": "nearest", "1": "linear", "3": "cubic" } as const;

/** The exemplar task's changes of volumes and images, fine-tuning's of image and labels, and the resampling below both. */
export const exemplarImages: GoldenKind = {
  name: "exemplar-images",
  summary: "the original's augmentation by recorded draws, in-plane rotation and zoom by splines",
  find: async (folder) => {
    const matching = (pattern: RegExp): string[] => folder.files.filter((file) => pattern.test(file));
    const descriptors = await findDescriptors(folder, [IMAGE_CASES]);
    return [
      ...matching(VOLUME).map((file) => caseOf(file, ["in.npy", "out.npy"], (stem) => checkVolumes(folder, stem))),
      ...matching(SEGMENTATION).map((file) =>
        caseOf(file, ["in_x.npy", "in_y.npy", "out_x.npy", "out_y.npy"], (stem) => checkSegmentation(folder, stem)),
      ),
      ...descriptors.map(({ stem, json }) =>
        caseOf(`${stem}.json`, ["in.npy", "out.npy"], () => checkImages(folder, stem, json[IMAGE_CASES] as readonly (readonly number[])[])),
      ),
      ...matching(ROTATION).map((file) => ({ name: file.slice(0, -4), files: [file, ...ownInput(folder, file)], run: () => checkRotation(folder, file) })),
      ...matching(ZOOM).map((file) => ({ name: file.slice(0, -4), files: [file, ...ownInput(folder, file)], run: () => checkZoom(folder, file) })),
    ];
  },
};

function caseOf(file: string, extensions: readonly string[], check: (stem: string) => Promise<undefined>): GoldenCase {
  const stem = stemOf(file);
  return { name: stem, files: [file, ...extensions.map((extension) => `${stem}.${extension}`)], run: () => check(stem) };
}

/** A file's path up to the first dot of its name. */
function stemOf(file: string): string {
  return posix.join(posix.dirname(file), posix.basename(file).replace(/\..*$/, ""));
}

function ownInput(folder: GoldenFolder, file: string): string[] {
  return [`${stemOf(file)}.in.npy`].filter((input) => folder.files.includes(input));
}

async function checkVolumes(folder: GoldenFolder, stem: string): Promise<undefined> {
  const volume = volumeOf(await folder.readArray(`${stem}.in.npy`));
  const { augmentation3d } = exemplarOptions.parse({});
  await checkTapes(folder, stem, `${stem}.out.npy`, (random) => [augmentVolume(volume, augmentation3d, "cubic", random)]);
}

/** Whole volumes rotate; the patch loader's flips and changes intensities only: it draws less, so that a tape fits one or the other. */
async function checkSegmentation(folder: GoldenFolder, stem: string): Promise<undefined> {
  const image = volumeOf(await folder.readArray(`${stem}.in_x.npy`));
  const labels = volumeOf(await folder.readArray(`${stem}.in_y.npy`));
  try {
    await checkLoader(folder, stem, image, labels, ORIGINAL_AUGMENTATIONS.original);
  } catch (error) {
    const ofPatches = checkLoader(folder, stem, image, labels, ORIGINAL_AUGMENTATIONS["original-patches"]);
    await ofPatches.catch((other: unknown) => {
      throw posix.basename(stem).includes("patch") ? other : error;
    });
  }
}

async function checkLoader(folder: GoldenFolder, stem: string, image: Volume, labels: Volume, options: OriginalAugmentation): Promise<void> {
  for (const which of ["x", "y"] as const) {
    await checkTapes(folder, stem, `${stem}.out_${which}.npy`, (random) => {
      const varied = augmentAsOriginal(image, labels, options, random);
      return [which === "x" ? varied.image : varied.labels!];
    }, which === "y" ? 0 : TOLERANCE);
  }
}

/** Makes a volume from each tape and holds it against the row of the same number. */
async function checkTapes(
  folder: GoldenFolder,
  stem: string,
  output: string,
  make: (random: Random) => readonly [Volume],
  tolerance: number = TOLERANCE,
): Promise<void> {
  const tapes = (await folder.readJson(`${stem}.tape.json`)) as readonly (readonly TapeEntry[])[];
  const rows = rowsOf(await folder.readArray(output));
  if (rows.length !== tapes.length) throw new Error(`${rows.length} results, but ${tapes.length} tapes`);
  tapes.forEach((tape, index) => {
    const random = tapedRandom(tape);
    const [volume] = make(random);
    expectClose(`result ${index}`, shapedOf(volume), rows[index]!, tolerance);
    if (random.remaining > 0) throw new Error(`tape ${index}: ${random.remaining} draws were not asked for`);
  });
}

async function checkImages(folder: GoldenFolder, stem: string, cases: readonly (readonly number[])[]): Promise<undefined> {
  const image = volumeOf(await folder.readArray(`${stem}.in.npy`));
  const rows = rowsOf(await folder.readArray(`${stem}.out.npy`));
  cases.forEach(([quarterTurns, vertical, horizontal, factor, shift], index) => {
    const change = { quarterTurns: quarterTurns!, upsideDown: vertical === 1, mirrored: horizontal === 1, factor: factor!, shift: shift! };
    expectClose(`case ${index}`, shapedOf(changeImage(image, change, [0, 1])), rows[index]!);
  });
}

async function checkRotation(folder: GoldenFolder, file: string): Promise<undefined> {
  const [, directory = "", name = "", order, angle, first, second] = ROTATION.exec(file)!;
  const expected = await folder.readArray(file);
  const input = await findInput(folder, `${directory}${name}`, expected.shape);
  const interpolation = ORDERS[(order === "" ? "3" : order) as keyof typeof ORDERS];
  // labels were made of the image that the others rotate
  const values = interpolation === "nearest" ? Float32Array.from(input.data, (value) => Math.round(3 * value)) : Float32Array.from(input.data);
  const rotated = rotateInPlane(volumeOf({ ...input, data: values }), [Number(first), Number(second)], Number(angle), interpolation);
  expectClose(file, shapedOf(rotated), expected, interpolation === "nearest" ? 0 : TOLERANCE);
}

/** The case's own input, or that of the exemplar case beside it: the one of the same suffix, if there are several of that shape. */
async function findInput(folder: GoldenFolder, stem: string, shape: readonly number[]): Promise<NpyArray> {
  const own = `${stem}.in.npy`;
  if (folder.files.includes(own)) return folder.readArray(own);
  const beside = folder.files.filter((file) => posix.dirname(file) === posix.dirname(stem) && /(^|\/)exemplar3d[^./]*\.in\.npy$/.test(file));
  const read = await Promise.all(beside.map(async (file) => ({ file, array: await folder.readArray(file) })));
  const fitting = read.filter(({ array }) => array.shape.join() === shape.join());
  const suffix = posix.basename(stem).replace("seg_augment", "");
  const chosen = fitting.find(({ file }) => posix.basename(file) === `exemplar3d${suffix}.in.npy`) ?? fitting[0];
  if (chosen === undefined) throw new Error(`there is no input of shape [${shape.join(", ")}]`);
  return chosen.array;
}

async function checkZoom(folder: GoldenFolder, file: string): Promise<undefined> {
  const expected = await folder.readArray(file);
  const volume = volumeOf(await folder.readArray(`${stemOf(file)}.in.npy`));
  expectClose(file, shapedOf(zoom(volume, expected.shape.slice(0, -1), "cubic")), expected);
}

function volumeOf({ data, shape }: Pick<NpyArray, "data" | "shape">): Volume<Float32Array> {
  return createVolume({ voxels: Float32Array.from(data), size: shape.slice(0, -1), channels: shape[shape.length - 1]! });
}

function shapedOf({ voxels, size, channels }: Volume): Shaped {
  return { data: voxels, shape: [...size, channels] };
}

/** An array's parts along its first axis. */
function rowsOf({ data, shape: [rows = 0, ...shape] }: NpyArray): Shaped[] {
  const length = data.length / rows;
  return Array.from({ length: rows }, (_, row) => ({ data: data.slice(row * length, (row + 1) * length), shape }));
}
