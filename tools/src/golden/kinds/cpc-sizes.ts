import type { Rank } from "@ssl3d/core";
import { gridPatchSize } from "@ssl3d/data";
import { predictionGrid, predictionPatchGrid, PUBLISHED_PATCHES, shareOf } from "@ssl3d/task-cpc";
import { expectNumber } from "../compare.js";
import type { GoldenKind } from "../golden-kind.js";
import { findJsonEntries, type JsonEntry } from "../json-entries.js";

/** How large the original's patches are at several image sizes, and how many examples it makes of an image. */
export const cpcSizes: GoldenKind = {
  name: "cpc-sizes",
  summary: "predictive coding: sizes of patches, of what is kept of them, and examples an image",
  find: async (folder) =>
    (await findJsonEntries(folder, ["patch", "patch_crop"])).map((entry) => ({
      name: `${entry.stem}:${entry.key}`,
      files: [`${entry.stem}.json`],
      run: () => checkSizes(entry),
    })),
};

/** The key holds rank, image side and patches per side: "3d_128_p4". */
function checkSizes({ key, value }: JsonEntry): Promise<undefined> {
  const [, rankText, side, perSideText] = /^([23])d_(\d+)_p(\d+)/.exec(key) ?? [];
  const [rank, perSide] = [Number(rankText) as Rank, Number(perSideText)];
  const size = new Array<number>(rank).fill(Number(side));
  const grid = predictionPatchGrid(size, perSide);
  const patch = gridPatchSize(size, grid);
  const overlap = -(grid.jitter ?? 0);
  // a positive and a negative one for every column
  const examples = 2 * predictionGrid(rank, perSide).contexts.length;
  const ours: Record<string, number> = {
    patch: patch[0]!,
    patch_crop: shareOf(patch, PUBLISHED_PATCHES[rank].patchCrop)[0]!,
    overlap,
    grid: patch[0]! - overlap,
    examples_per_volume: examples,
    examples_per_image: examples,
  };
  for (const [name, expected] of Object.entries(value)) {
    if (ours[name] === undefined) throw new Error(`"${name}" is not understood`);
    expectNumber(name, ours[name], expected as number, 0);
  }
  return Promise.resolve(undefined);
}
