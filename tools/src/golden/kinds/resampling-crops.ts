import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import { cropAroundForeground, readNifti } from "@ssl3d/data";
import { expectClose } from "../compare.js";
import { findDescriptors, type GoldenFolder } from "../golden-folder.js";
import type { GoldenCase, GoldenKind } from "../golden-kind.js";

interface CropEntry {
  readonly size: readonly number[];
  readonly shape?: readonly number[];
  readonly raises?: string;
}

/**
 * A descriptor with `input` (a NIfTI file, named first), `nonzero_min` and `cases` of `size` and `shape` or `raises`: the volume
 * cropped to each size, in `STEM_SIZExSIZExSIZE.npy`. Exact; the original's axes are ours in reverse.
 */
export const croppedAround: GoldenKind = {
  name: "crop-around",
  summary: "volumes cropped to a size around their foreground",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["input", "nonzero_min", "cases"]);
    return descriptors.flatMap(({ stem, json }) =>
      (json["cases"] as readonly CropEntry[]).map((entry, index): GoldenCase => {
        const name = entry.size.join("x");
        const array = `${stem}_${name}.npy`;
        return {
          name: `${stem}:${name}`,
          files: [...(index === 0 ? [`${stem}.json`] : []), ...(entry.raises === undefined ? [array] : [])],
          run: () => checkCrop(folder, posix.join(posix.dirname(stem), String(json["input"]).split(" ")[0]!), array, entry),
        };
      }),
    );
  },
};

async function checkCrop(folder: GoldenFolder, input: string, array: string, entry: CropEntry): Promise<string | undefined> {
  const volume = await readNifti(await readFile(folder.locate(input)), { file: input });
  const size = [...entry.size].reverse();
  if (entry.raises !== undefined) {
    try {
      cropAroundForeground(volume, size);
    } catch {
      return "refused, as by the original";
    }
    throw new Error(`expected to be refused, as by the original: ${entry.raises}`);
  }
  const cropped = cropAroundForeground(volume, size);
  const expected = await folder.readArray(array);
  expectClose("cropped", { data: reverseAxes(cropped.voxels, cropped.size), shape: [...cropped.size].reverse() }, expected, 0);
  return undefined;
}

function reverseAxes(values: ArrayLike<number>, [depth, height, width]: readonly number[]): number[] {
  const reversed: number[] = [];
  for (let i = 0; i < width!; i++)
    for (let j = 0; j < height!; j++) for (let k = 0; k < depth!; k++) reversed.push(values[(k * height! + j) * width! + i]!);
  return reversed;
}
