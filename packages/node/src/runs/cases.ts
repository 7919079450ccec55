import type { Example, NumericArray, Random, Rank } from "@ssl3d/core";
import { exampleWithoutImage } from "../plugins/errors.js";
import { casesTooFew, caseUnknown } from "./errors.js";

/** The ids to use, checked against those at hand; all of them where none are named. */
export function selectCases(ids: readonly string[], wanted: readonly string[] | null, folder: string): readonly string[] {
  if (wanted === null) return ids;
  for (const id of wanted) if (!ids.includes(id)) throw caseUnknown(id, ids, folder);
  return wanted;
}

/** Splits cases at random: `fraction` of them, rounded down, are held out; both parts are sorted. At least one stays. */
export function holdOut(
  ids: readonly string[],
  fraction: number,
  random: Random,
): { readonly kept: readonly string[]; readonly held: readonly string[] } {
  const count = Math.min(Math.floor(ids.length * fraction), ids.length - 1);
  const shuffled = random.shuffle([...ids].sort());
  return { kept: shuffled.slice(Math.max(0, count)).sort(), held: shuffled.slice(0, Math.max(0, count)).sort() };
}

/** Refuses an empty set of cases. */
export function requireCases(ids: readonly string[], need: number, what: string, folder: string): void {
  if (ids.length < need) throw casesTooFew(ids.length, need, what, folder);
}

/** What networks must fit: learnt from one example. */
export interface ImageShape {
  readonly rank: Rank;
  /** [depth, height, width] or [height, width], in voxels. */
  readonly size: readonly number[];
  readonly channels: number;
}

/**
 * The shape of the images in an example: its float32 array of most axes, [...spatial, channels].
 * @throws SSL3D_EXAMPLE_WITHOUT_IMAGE; `plugin` is named there
 */
export function imageShape(example: Example, plugin: string): ImageShape {
  const shapes = Object.values(example).flatMap(({ data, shape }: NumericArray) => (data instanceof Float32Array ? [shape] : []));
  const shape = shapes.sort((a, b) => b.length - a.length)[0] ?? [];
  if (shape.length !== 3 && shape.length !== 4) throw exampleWithoutImage(plugin);
  return { rank: shape.length === 3 ? 2 : 3, size: shape.slice(0, -1), channels: shape.at(-1) as number };
}
