import { cropBlocks, cropOrPad, cropPatchGrid, gridPatchSize, randomPatchStart, type PatchGrid } from "@ssl3d/data";
import { expectClose } from "../compare.js";
import { filesOf, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { tapedRandom, type TapeEntry } from "../taped-random.js";
import { rowsOf, volumeOf, type Row } from "./golden-rows.js";

const INPUT = /\.in([23]d)\.npy$/;

/** Images cut into grids of patches, about their centre and at recorded random places: `.in2d`, `.in3d` and what came of them. Exact. */
export const patchGrids: GoldenKind = {
  name: "patch-grid",
  summary: "images cut into grids of patches, with and without jitter and overlap, and cropped at their centre and at recorded draws",
  find: (folder) => {
    const stems = new Set(folder.files.filter((file) => INPUT.test(file)).map((file) => file.replace(INPUT, "")));
    return Promise.resolve([...stems].map((stem) => ({ name: stem, files: filesOf(folder, stem), run: () => checkCrops(folder, stem) })));
  },
};

async function checkCrops(folder: GoldenFolder, stem: string): Promise<string> {
  const shapes = folder.files.includes(`${stem}.json`) ? ((await folder.readJson(`${stem}.json`)) as Record<string, Record<string, number[]>>) : {};
  const inputs = new Map<string, Row>();
  for (const rank of ["2d", "3d"]) {
    const file = `${stem}.in${rank}.npy`;
    if (folder.files.includes(file)) inputs.set(rank, inputRow(await folder.readArray(file)));
  }
  const inputOf = (rank: string | undefined): Row => {
    const input = inputs.get(rank ?? "");
    if (input === undefined) throw new Error(`there is no image for the ${rank}-results`);
    return input;
  };

  let checked = 0;
  for (const file of filesOf(folder, stem)) {
    const part = file.slice(stem.length + 1);
    const [, outRank, perSide, jitter] = /^out([23]d)_p(\d+)_j(-?\d+)\.npy$/.exec(part) ?? [];
    const [, centreRank, size] = /^center([23]d)_([\d_]+)\.npy$/.exec(part) ?? [];
    if (outRank !== undefined) {
      expectClose(part, cropPatchGrid(inputOf(outRank), { perSide: Number(perSide), jitter: Number(jitter) }), await folder.readArray(file), 0);
    } else if (centreRank !== undefined && size !== undefined) {
      const cropped = cropOrPad(volumeOf(stem, inputOf(centreRank)), size.split("_").map(Number));
      expectClose(part, { data: cropped.voxels, shape: [...cropped.size, cropped.channels] }, await folder.readArray(file), 0);
    } else {
      continue;
    }
    checked++;
  }
  for (const [name, ranks] of Object.entries(shapes)) {
    const [, perSide, jitter] = /^p(\d+)_j(-?\d+)$/.exec(name) ?? [];
    if (perSide === undefined) throw new Error(`"${name}" is not understood`);
    const grid: PatchGrid = { perSide: Number(perSide), jitter: Number(jitter) };
    for (const [rank, expected] of Object.entries(ranks)) {
      const { shape } = inputOf(rank);
      const spatial = shape.slice(0, -1);
      const received = [grid.perSide ** spatial.length, ...gridPatchSize(spatial, grid), ...shape.slice(-1)];
      expectClose(`${name} in ${rank}`, { data: received, shape: [received.length] }, { data: expected, shape: [expected.length] }, 0);
    }
  }
  return `${checked + (await checkTape(folder, stem, inputOf))} results`;
}

/** Random crops at the recorded draws: those of volumes first, then those of images. */
async function checkTape(folder: GoldenFolder, stem: string, inputOf: (rank: string) => Row): Promise<number> {
  const file = `${stem}.random_tape.json`;
  if (!folder.files.includes(file)) return 0;
  const random = tapedRandom((await folder.readJson(file)) as TapeEntry[]);
  let checked = 0;
  for (const rank of ["3d", "2d"]) {
    const results = `${stem}.random${rank}_tape.npy`;
    if (!folder.files.includes(results)) continue;
    const input = inputOf(rank);
    for (const [index, expected] of rowsOf(await folder.readArray(results)).entries()) {
      const size = expected.shape.slice(0, -1);
      const start = randomPatchStart(volumeOf(stem, input), size, random);
      const { data } = cropBlocks(input, [start], size);
      expectClose(`${results} ${index}`, { data, shape: expected.shape }, expected, 0);
      checked++;
    }
  }
  if (random.remaining > 0) throw new Error(`${random.remaining} recorded draws are left over`);
  return checked;
}

function inputRow({ data, shape }: { readonly data: ArrayLike<number>; readonly shape: readonly number[] }): Row {
  return { data: Float32Array.from(data), shape };
}
