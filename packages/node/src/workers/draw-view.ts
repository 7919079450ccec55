import type { LabelledCase, Random, SliceAxis, ViewOptions, Volume } from "@ssl3d/core";
import { allocateLike, backgroundOf, extractWindow, IDENTITY, randomPatchStart } from "@ssl3d/data";
import { slicesEmpty, slicesOfImage } from "../runs/errors.js";
import { isVolume } from "./is-volume.js";

/** The axis of a RAS volume, [depth, height, width], that a plane is perpendicular to. */
const AXES: Readonly<Record<SliceAxis, number>> = { axial: 0, coronal: 1, sagittal: 2 };
/** Patches of nothing but one value are drawn again so many times. */
const REDRAWS = 20;

/** Draws what an example is made of from a preprocessed case: a slice of its volume, a patch, or all of it. */
export type DrawView = (labelled: LabelledCase, random: Random) => LabelledCase;

/** Whether views differ from draw to draw. */
export function drawsAtRandom({ slices, crop }: ViewOptions): boolean {
  return slices !== null || crop !== null;
}

/**
 * The drawing of views. A label volume is cut like its image. Which slices of a volume hold enough is found out once.
 * @throws (the function returned) SSL3D_SLICES_EMPTY, SSL3D_SLICES_OF_IMAGE, SSL3D_PATCH_SIZE
 */
export function createViews({ slices, crop }: ViewOptions): DrawView {
  const full = new WeakMap<Volume, readonly number[]>();
  return (labelled, random) => {
    let view = labelled;
    if (slices !== null) {
      const { image } = view;
      if (image.size.length !== 3) throw slicesOfImage(image.id);
      const axis = AXES[slices.axis];
      let places = full.get(image);
      if (places === undefined) full.set(image, (places = slicesWithContent(image, axis, slices.foreground)));
      if (places.length === 0) throw slicesEmpty(image.id, slices.axis, slices.foreground);
      const place = random.split("slice").pick(places);
      view = mapVolumes(view, (volume) => takeSlice(volume, axis, place));
    }
    return crop === null ? view : drawPatch(view, crop, random.split("crop"));
  };
}

/** One slice as a 2D image, turned as radiologists read it: rows from top or front, columns from the patient's right (sagittal: from the front). */
export function takeSlice<V extends Volume>({ voxels, size, channels, spacing, ...rest }: V, axis: number, place: number): Volume<V["voxels"]> {
  const [rowAxis, columnAxis] = [0, 1, 2].filter((other) => other !== axis) as [number, number];
  const strides = [size[1]! * size[2]!, size[2]!, 1];
  const [rows, columns] = [size[rowAxis]!, size[columnAxis]!];
  const taken: V["voxels"] = allocateLike(voxels, rows * columns * channels);
  let at = 0;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      // RAS counts from the back, the bottom and the left
      const from = (place * strides[axis]! + row * strides[rowAxis]! + column * strides[columnAxis]!) * channels;
      for (let channel = 0; channel < channels; channel++) taken[at++] = voxels[from + channel]!;
    }
  }
  return { ...rest, voxels: taken, size: [rows, columns], channels, spacing: [spacing[rowAxis]!, spacing[columnAxis]!], affine: IDENTITY };
}

/** Slices of which at least a share of the voxels, and at least one, differs from the volume's background. */
function slicesWithContent(volume: Volume, axis: number, share: number): number[] {
  const { voxels, size, channels } = volume;
  const background = backgroundOf(volume);
  const counts = new Array<number>(size[axis]!).fill(0);
  const inner = size.slice(axis + 1).reduce((product, length) => product * length, 1);
  for (let voxel = 0, at = 0; at < voxels.length; voxel++, at += channels) {
    let channel = 0;
    while (channel < channels && voxels[at + channel] === background[channel]) channel++;
    if (channel < channels) counts[Math.floor(voxel / inner) % size[axis]!]!++;
  }
  const whole = voxels.length / channels / size[axis]!;
  return counts.flatMap((count, place) => (count > 0 && count >= share * whole ? [place] : []));
}

function drawPatch(labelled: LabelledCase, crop: number | readonly number[], random: Random): LabelledCase {
  const { image } = labelled;
  const size = typeof crop === "number" ? image.size.map(() => crop) : crop;
  for (let draw = 0; ; draw++) {
    const start = randomPatchStart(image, size, random);
    const patch = extractWindow(image, start, size);
    if (draw < REDRAWS && isConstant(patch)) continue;
    return { image: patch, truth: isVolume(labelled.truth) ? extractWindow(labelled.truth, start, size) : labelled.truth };
  }
}

function isConstant({ voxels, channels }: Volume): boolean {
  return voxels.every((value, at) => value === voxels[at % channels]);
}

function mapVolumes({ image, truth }: LabelledCase, change: <V extends Volume>(volume: V) => Volume<V["voxels"]>): LabelledCase {
  return { image: change(image), truth: isVolume(truth) ? change(truth) : truth };
}
