import { defineTask, type Figure, type Rank, type TaskPlugin } from "@ssl3d/core";
import { cropBlocks, gridPatchSize, maskBorders, placePatches } from "@ssl3d/data";
import { createImageClassifier, type ClassifiedImages } from "@ssl3d/nn";
import { assemblePieces } from "./assemble.js";
import { jigsawOptions, type JigsawOptions } from "./options.js";
import { jigsawPermutations } from "./permutations.js";

/** All pieces of an image in some order, [pieces, ...piece, channels], and the class of the order. */
export type JigsawExample = ClassifiedImages;

/**
 * Jigsaw puzzles: the image is cut into pieces, the pieces are put in one of a fixed set of orders, and the network is asked in which
 * (Taleb et al. 2020, arXiv:2006.03829, section 3.3; Noroozi and Favaro 2016, arXiv:1603.09246).
 */
export const jigsaw: TaskPlugin<"jigsaw", JigsawOptions, JigsawExample> = defineTask({
  name: "jigsaw",
  summary: "Tells in which of a set of orders the pieces of an image were put",
  ranks: [2, 3],
  options: jigsawOptions,
  references: ["arXiv:2006.03829", "arXiv:1603.09246"],
  example: ({ voxels, size, channels }, { patchesPerSide: perSide, patchJitter: jitter, permutations }, random): JigsawExample => {
    const grid = { perSide, jitter };
    const pieceSize = gridPatchSize(size, grid);
    const table = jigsawPermutations(size.length as Rank, perSide, permutations);
    // the class is drawn before the pieces are placed: the original's order of draws
    const label = random.integer(0, table.length);
    const starts = placePatches(size, grid, random);
    const ordered = table[label]!.map((piece) => starts[piece]!);
    const image = cropBlocks({ data: voxels, shape: [...size, channels] }, ordered, pieceSize);
    return { image, label: { data: Int32Array.of(label), shape: [] } };
  },
  build: ({ encoder, inputSize, options, random }) => {
    const { patchesPerSide: perSide, patchJitter: jitter, permutations } = options;
    return createImageClassifier({
      name: "jigsaw",
      encoder,
      imageSize: gridPatchSize(inputSize, { perSide, jitter }),
      images: perSide ** encoder.rank,
      classes: jigsawPermutations(encoder.rank, perSide, permutations).length,
      options,
      random,
    });
  },
  maskBorders: (example) => ({ ...example, image: maskBorders(example.image, rankOf(example)) }),
  preview: (example, { patchesPerSide: perSide, permutations }): readonly Figure[] => {
    const label = example.label.data[0]!;
    const permutation = jigsawPermutations(rankOf(example), perSide, permutations)[label]!;
    const asGiven = permutation.map((_, place) => place);
    const solved = asGiven.map((piece) => permutation.indexOf(piece));
    return [
      {
        title: `The puzzle: ${permutation.length} pieces in the wrong places`,
        caption: `The network gets the pieces one by one in this order and is asked which of ${permutations} known orders it is. Right answer: order ${label}.`,
        image: assemblePieces(example.image, asGiven),
      },
      {
        title: `The puzzle of order ${label} solved`,
        caption: "The same pieces in their own places. Where they are smaller than the parts they were cut from, their edges do not meet.",
        image: assemblePieces(example.image, solved),
      },
    ];
  },
});

function rankOf({ image }: JigsawExample): Rank {
  return (image.shape.length - 2) as Rank;
}
