import type { Rank } from "@ssl3d/core";

/** How many neighbours the middle patch has, which is the number of classes: 26 or 8 for three patches a side. */
export function neighbourCount(rank: Rank, perSide: number): number {
  return perSide ** rank - 1;
}

/** The middle patch, counted first axis slowest. A grid with an even number a side has none; the original's rule then takes the one after the middle. */
export function middlePatch(rank: Rank, perSide: number): number {
  return Math.floor(perSide ** rank / 2);
}

/** The patch with the given class: all patches but the middle one, in their order. Throws a RangeError where there is none. */
export function neighbourPatch(rank: Rank, perSide: number, neighbourClass: number): number {
  const last = neighbourCount(rank, perSide) - 1;
  if (!Number.isInteger(neighbourClass) || neighbourClass < 0 || neighbourClass > last) {
    throw new RangeError(`Classes of ${perSide} patches a side in ${rank}D are 0 to ${last}, received ${neighbourClass}.`);
  }
  return neighbourClass < middlePatch(rank, perSide) ? neighbourClass : neighbourClass + 1;
}

/** A patch's place in the grid, in the order of the image's axes. */
export function patchPosition(rank: Rank, perSide: number, patch: number): number[] {
  return Array.from({ length: rank }, (_, axis) => Math.floor(patch / perSide ** (rank - 1 - axis)) % perSide);
}

/** Words for a step down and up each axis: of a volume in RAS orientation, and of an image as it is shown. */
const DIRECTIONS: Readonly<Record<Rank, readonly (readonly [string, string])[]>> = {
  3: [
    ["below", "above"],
    ["behind", "in front"],
    ["to the patient's left", "to the patient's right"],
  ],
  2: [
    ["above", "below"],
    ["to the left", "to the right"],
  ],
};

/** Where the neighbour with the given class lies, seen from the middle patch, such as "above and to the patient's left". */
export function describeNeighbour(rank: Rank, perSide: number, neighbourClass: number): string {
  const middle = patchPosition(rank, perSide, middlePatch(rank, perSide));
  const steps = patchPosition(rank, perSide, neighbourPatch(rank, perSide, neighbourClass)).map((place, axis) => place - middle[axis]!);
  const counted = steps.some((step) => Math.abs(step) > 1);
  const words = steps.flatMap((step, axis) => {
    const [down, up] = DIRECTIONS[rank][axis]!;
    return step === 0 ? [] : [`${counted ? `${Math.abs(step)} ` : ""}${step < 0 ? down : up}`];
  });
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]!}`;
}
