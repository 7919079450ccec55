import type { Figure, NumericArray, Rank } from "@ssl3d/core";
import { middleSlice } from "@ssl3d/data";
import { patchOptions, type CpcOptions } from "./options.js";
import { OUTSIDE, predictionGrid } from "./prediction-grid.js";

const READ = 1;
const PREDICTED = 2;
const OTHERS_SHOWN = 5;

/** The patches of one prediction, in an image put together from its distorted patches, and the choice that the network has; as 2D pictures. */
export function previewPrediction(patches: NumericArray & { readonly data: Float32Array }, options: CpcOptions): readonly Figure[] {
  const [count, ...shape] = patches.shape as [number, ...number[]];
  const rank = (shape.length - 1) as Rank;
  const { patchesPerSide } = patchOptions(options, rank);
  const { contexts, targets } = predictionGrid(rank, patchesPerSide);
  const middle = Array.from({ length: rank - 1 }).reduce<number>((column) => column * patchesPerSide + Math.floor(patchesPerSide / 2), 0);
  const [context, predicted] = [contexts[middle]!, targets[middle]!];
  const length = patches.data.length / count;
  const patchAt = (index: number): Float32Array => patches.data.subarray(index * length, (index + 1) * length);
  const places = Array.from({ length: count }, (_, index) => index);

  const marks = places.map((index) => (predicted.includes(index) ? PREDICTED : context.includes(index) ? READ : 0));
  const marked = marks.map((mark) => new Float32Array(length / shape[rank]!).fill(mark));
  // half a patch beyond the column's first voxel: its middle
  const through = Math.floor((Math.floor(patchesPerSide / 2) + 0.5) * shape[1]!);
  const image = coronalSlice(joinPatches(places.map(patchAt), shape, patchesPerSide), through);
  const outline = coronalSlice(joinPatches(marked, [...shape.slice(0, rank), 1], patchesPerSide), through);
  const beyond = context.includes(OUTSIDE) ? " Where the outline reaches the border, it reads empty patches beyond." : "";

  const [answer] = predicted as [number];
  const others = places.filter((index) => !context.includes(index) && !predicted.includes(index));
  const shown = Array.from({ length: OTHERS_SHOWN }, (_, index) => others[Math.floor((index * others.length) / OTHERS_SHOWN)]!);
  const question =
    options.loss === "infonce"
      ? "The network has to recognise the true patch, here the outlined one, among all patches of the batch."
      : "The network is shown the true patches, here the outlined one is the first, or those of another place, and has to say which they are.";
  return [
    {
      title: "What is read and what is predicted",
      caption: `The image is cut into patches, each of them shifted a little and cropped. From the patches read, the network predicts what those further on are like.${beyond} ${rank === 3 ? "This is a coronal slice; the patches read reach as far to the front and back. " : ""}Every line of patches is asked like this one.`,
      image,
      outline: { data: Uint8Array.from(outline.data), shape: outline.shape.slice(0, 2) },
      labels: { [READ]: "read", [PREDICTED]: "to predict" },
    },
    {
      title: "Which patch belongs to the first place to predict?",
      caption: `${question} Some others of this image stand beside it${rank === 3 ? ", middle slices" : ""}.`,
      ...showChoice([answer, ...shown].map((index) => middleSlice(patchAt(index), shape))),
      labels: { [PREDICTED]: "true patch" },
    },
  ];
}

/** Puts patches of a shape [...size, channels] side by side, first axis slowest. */
function joinPatches(patches: readonly Float32Array[], shape: readonly number[], perSide: number): { data: Float32Array; shape: number[] } {
  const rank = shape.length - 1;
  const joined = shape.map((length, axis) => (axis < rank ? length * perSide : length));
  const row = shape[rank - 1]! * shape[rank]!;
  const data = new Float32Array(joined.reduce((product, length) => product * length, 1));
  patches.forEach((patch, index) => {
    for (let from = 0; from < patch.length; from += row) {
      let rest = from / row;
      let place = Math.floor(index / perSide);
      let to = (index % perSide) * shape[rank - 1]!;
      let stride = joined[rank - 1]!;
      for (let axis = rank - 2; axis >= 0; axis--) {
        to += ((place % perSide) * shape[axis]! + (rest % shape[axis]!)) * stride;
        rest = Math.floor(rest / shape[axis]!);
        place = Math.floor(place / perSide);
        stride *= joined[axis]!;
      }
      data.set(patch.subarray(from, from + row), to * shape[rank]!);
    }
  });
  return { data, shape: joined };
}

/** An image itself; of a volume the first channel of a coronal slice as radiologists view it, the patient's right on the left. */
function coronalSlice(image: { readonly data: Float32Array; readonly shape: readonly number[] }, through: number): NumericArray {
  if (image.shape.length === 3) return image;
  const [depth, height, width, channels] = image.shape as [number, number, number, number];
  const data = Float32Array.from({ length: depth * width }, (_, pixel) => {
    const fromEnd = depth * width - 1 - pixel;
    return image.data[((Math.floor(fromEnd / width) * height + through) * width + (fromEnd % width)) * channels]!;
  });
  return { data, shape: [depth, width, 1] };
}

/** Images in a row, the first of them outlined. */
function showChoice(images: readonly NumericArray[]): Pick<Figure, "image" | "outline"> {
  const [height, width, channels] = images[0]!.shape as [number, number, number];
  const shape = [height, width * images.length];
  const image = { data: new Float32Array(height * width * images.length * channels), shape: [...shape, channels] };
  const outline = { data: new Uint8Array(height * width * images.length), shape };
  images.forEach(({ data }, index) => {
    for (let row = 0; row < height; row++) {
      const to = (row * images.length + index) * width;
      image.data.set(data.subarray(row * width * channels, (row + 1) * width * channels), to * channels);
      if (index === 0) outline.data.fill(PREDICTED, to, to + width);
    }
  });
  return { image, outline };
}
