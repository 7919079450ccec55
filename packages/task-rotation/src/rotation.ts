import { defineTask, type Figure, type Rank, type TaskPlugin } from "@ssl3d/core";
import { maskBorders } from "@ssl3d/data";
import { createImageClassifier, type ClassifiedImages } from "@ssl3d/nn";
import { rotationOptions, type RotationOptions } from "./options.js";
import { describeRotation, rotationClasses } from "./right-angles.js";
import { rotateByClass } from "./rotate.js";

/** A rotated image and the class of its rotation. */
export type RotationExample = ClassifiedImages;

/**
 * Rotation prediction: the image is turned by a random multiple of right angles, and the network is asked by which. 10
 * classes in 3D (Taleb et al. 2020, arXiv:2006.03829, section 3.4), or all 24 of the cube; 4 in 2D (Gidaris et al. 2018, arXiv:1803.07728).
 */
export const rotation: TaskPlugin<"rotation", RotationOptions, RotationExample> = defineTask({
  name: "rotation",
  summary: "Tells by which multiple of 90 degrees, and about which axis, an image was rotated",
  ranks: [2, 3],
  options: rotationOptions,
  references: ["arXiv:2006.03829", "arXiv:1803.07728"],
  example: ({ voxels, size, channels }, { rotations }, random): RotationExample => {
    const label = random.integer(0, rotationClasses(size.length as Rank, rotations).length);
    const image = rotateByClass({ data: voxels, shape: [...size, channels] }, label, rotations);
    return { image, label: { data: Int32Array.of(label), shape: [] } };
  },
  build: ({ encoder, inputSize, options, random }) => {
    const side = Math.min(...inputSize);
    return createImageClassifier({
      name: "rotation",
      encoder,
      imageSize: inputSize.map(() => side),
      classes: rotationClasses(encoder.rank, options.rotations).length,
      options,
      random,
    });
  },
  maskBorders: (example) => ({ ...example, image: maskBorders(example.image, rankOf(example)) }),
  preview: (example, { rotations }): readonly Figure[] => {
    const rank = rankOf(example);
    const label = example.label.data[0]!;
    const classes = rotationClasses(rank, rotations).length;
    return [
      {
        title: `Right answer: ${describeRotation(rank, label, rotations)} (class ${label})`,
        caption: `The network sees the image turned so and is asked which of ${classes} rotations it has undergone.`,
        image: example.image,
      },
    ];
  },
});

function rankOf({ image }: RotationExample): Rank {
  return (image.shape.length - 1) as Rank;
}
