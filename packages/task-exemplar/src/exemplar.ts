import { defineTask, type Figure, type Random, type TaskPlugin, type Volume } from "@ssl3d/core";
import { backgroundOf } from "@ssl3d/data";
import { changeImage, drawImageChange } from "./augment-image.js";
import { augmentVolume } from "./augment-volume.js";
import { DRAWS } from "./derangement.js";
import { exemplarOptions, type ExemplarOptions } from "./options.js";
import { createTripletNetwork, type ExemplarExample } from "./triplet-network.js";

/**
 * Exemplar networks: an image, a randomly changed copy of it and another image; the network makes codes of all three such that
 * the copy's is nearer to its original's than to the other's (Taleb et al. 2020, arXiv:2006.03829, section 3.5; Dosovitskiy et
 * al. 2014, arXiv:1406.6909). Triplet loss; the metric `accuracy` is the share of triplets where that holds.
 */
export const exemplar: TaskPlugin<"exemplar", ExemplarOptions, ExemplarExample> = defineTask({
  name: "exemplar",
  summary: "Tells a changed copy of an image from another image",
  ranks: [2, 3],
  options: exemplarOptions,
  references: ["arXiv:2006.03829", "arXiv:1406.6909"],
  companions: ({ negatives }) => (negatives === "dataset" ? 1 : 0),
  example: (volume, options, random, [other]): ExemplarExample => {
    const images = { anchor: arrayOf(changed(volume, options, random.split("change"))), positive: arrayOf(volume) };
    if (other !== undefined) return { ...images, negative: arrayOf(other) };
    return { ...images, draw: { data: Int32Array.of(random.split("negative").integer(0, DRAWS)), shape: [] } };
  },
  build: createTripletNetwork,
  preview: ({ anchor, positive, negative }): readonly Figure[] => [
    {
      title: "Anchor: a changed copy of the scan",
      caption: "Mirrored, turned, resized or with other brightness and contrast, at random. The network sums it up in a code, a list of numbers.",
      image: anchor,
    },
    {
      title: "Positive: the scan itself",
      caption: `Its code should be nearer to the changed copy's than the code of ${negative === undefined ? "another patient's scan, drawn from the same batch (the negative)" : "the negative"}.`,
      image: positive,
    },
    ...(negative === undefined ? [] : [{ title: "Negative: another patient's scan", caption: "Its code should be far from the changed copy's.", image: negative }]),
  ],
});

function changed(volume: Volume<Float32Array>, options: ExemplarOptions, random: Random): Volume<Float32Array> {
  const { augmentation2d, augmentation3d, interpolation, outside } = options;
  if (volume.size.length === 2) return changeImage(volume, drawImageChange(augmentation2d, random), augmentation2d.range);
  const background = backgroundOf(volume);
  if (outside === "zero" || background.every((value) => value === 0)) return augmentVolume(volume, augmentation3d, interpolation, random);
  // rotations and zoom bring in zeros: those have to be background
  return shifted(augmentVolume(shifted(volume, background, -1), augmentation3d, interpolation, random), background, 1);
}

function shifted(volume: Volume<Float32Array>, amounts: readonly number[], sign: 1 | -1): Volume<Float32Array> {
  return { ...volume, voxels: volume.voxels.map((value, i) => value + sign * amounts[i % amounts.length]!) };
}

function arrayOf({ voxels, size, channels }: Volume<Float32Array>): { data: Float32Array; shape: readonly number[] } {
  return { data: voxels, shape: [...size, channels] };
}
