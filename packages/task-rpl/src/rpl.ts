import { defineTask, type Rank, type TaskPlugin } from "@ssl3d/core";
import { cropBlocks, gridPatchSize, maskBorders, placePatches } from "@ssl3d/data";
import { createImageClassifier, type ClassifiedImages } from "@ssl3d/nn";
import { middlePatch, neighbourCount, neighbourPatch } from "./neighbours.js";
import { rplOptions, type RplOptions } from "./options.js";
import { previewPair } from "./preview.js";

/** The middle patch and one of its neighbours, [2, ...patch, channels], and the class of the neighbour's place. */
export type RplExample = ClassifiedImages;

/**
 * Relative patch location: the network sees the middle patch of a grid and one other, and is asked which of the places around the
 * middle the other comes from (Taleb et al. 2020, arXiv:2006.03829, section 3.2; Doersch et al. 2015, arXiv:1505.05192).
 */
export const rpl: TaskPlugin<"rpl", RplOptions, RplExample> = defineTask({
  name: "rpl",
  summary: "Tells where around the middle patch of an image another patch comes from",
  ranks: [2, 3],
  options: rplOptions,
  references: ["arXiv:2006.03829", "arXiv:1505.05192"],
  example: ({ voxels, size, channels }, { patchesPerSide: perSide, patchJitter: jitter }, random): RplExample => {
    const rank = size.length as Rank;
    const grid = { perSide, jitter };
    const patchSize = gridPatchSize(size, grid);
    // every patch is placed before the class is drawn, although two are cut: the original's order of draws
    const starts = placePatches(size, grid, random);
    const label = random.integer(0, neighbourCount(rank, perSide));
    const pair = [middlePatch(rank, perSide), neighbourPatch(rank, perSide, label)].map((patch) => starts[patch]!);
    const image = cropBlocks({ data: voxels, shape: [...size, channels] }, pair, patchSize);
    return { image, label: { data: Int32Array.of(label), shape: [] } };
  },
  build: ({ encoder, inputSize, options, random }) => {
    const { patchesPerSide: perSide, patchJitter: jitter } = options;
    return createImageClassifier({
      name: "rpl",
      encoder,
      imageSize: gridPatchSize(inputSize, { perSide, jitter }),
      images: 2,
      classes: neighbourCount(encoder.rank, perSide),
      options,
      random,
    });
  },
  maskBorders: (example) => ({ ...example, image: maskBorders(example.image, rankOf(example)) }),
  preview: ({ image, label }, { patchesPerSide }) => previewPair(image, label.data[0]!, patchesPerSide),
});

function rankOf({ image }: RplExample): Rank {
  return (image.shape.length - 2) as Rank;
}
