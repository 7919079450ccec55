import { openConfiguredDataset } from "./open-configured-dataset.js";
import { merge, type RawConfig } from "./overrides.js";

/** Voxels along each axis of what the network sees, at most, where nothing else is said; less, in steps, of smaller images. */
const SIZE = 64;
const SIZE_STEP = 16;
const LEAST_SIZE = 32;
/** Cases that are looked at. */
const CASES = 4;

/**
 * Chooses spacing and size for a run without a configuration file, so that volumes of any size fit: the largest extent of the
 * first cases on `side` voxels; without a side on 64, or on fewer where the images have no more to show. What was chosen stands in the run's config.json. Sizes that are given stay, also those of patches; one
 * number for all axes becomes two where the data are pictures.
 */
export async function fitPreprocessing(config: RawConfig, log: (line: string) => void, side?: number): Promise<RawConfig> {
  const data = config["data"] as { path?: string; dataset?: unknown; crop?: unknown; preprocessing?: { size?: unknown; spacing?: unknown } };
  const { size: givenSize, spacing: givenSpacing } = data.preprocessing ?? {};
  if (data.path === undefined || data.crop !== undefined) return config;
  const dataset = await openConfiguredDataset({ path: data.path, dataset: data.dataset });
  const [first] = dataset.cases;
  if (givenSize !== undefined || givenSpacing !== undefined) {
    const given = { size: givenSize, spacing: givenSpacing };
    const axes = first && [givenSize, givenSpacing].some(isOneForThree) ? (await dataset.loadImage(first.id)).size.length : 3;
    const cut = Object.entries(given).map(([name, value]) => [name, isOneForThree(value) ? value.slice(0, axes) : value]);
    return merge(config, { data: { preprocessing: Object.fromEntries(cut) as RawConfig } });
  }
  let extent = 0;
  let finest = Infinity;
  let uniform = true;
  let rank = 3;
  for (const { id } of dataset.cases.slice(0, CASES)) {
    const { size, spacing } = await dataset.loadImage(id);
    rank = size.length;
    uniform &&= size.every((length) => length === (side ?? SIZE));
    finest = Math.min(finest, ...spacing);
    extent = Math.max(extent, ...size.map((length, axis) => length * (spacing[axis] as number)));
  }
  if (uniform) return config;
  const steps = Math.ceil(extent / finest / SIZE_STEP);
  const voxelsPerSide = side ?? Math.min(SIZE, Math.max(LEAST_SIZE, SIZE_STEP * steps));
  // images of a few voxels are enlarged all the same: the network's levels need room
  const step = Math.max(Math.ceil((100 * extent) / voxelsPerSide) / 100, ...(side === undefined && steps * SIZE_STEP >= LEAST_SIZE ? [finest] : []));
  const [what, voxels] = rank === 2 ? ["images", "pixels"] : ["volumes", "voxels"];
  // pictures have no spacing of their own; theirs is 1
  const spacing = rank === 2 ? `a spacing of ${step}` : `${step} mm`;
  log(`No --size or --spacing given: ${what} are resampled to ${spacing} and cropped or padded to ${voxelsPerSide} ${voxels} a side.`);
  const all = <T>(value: T): T[] => new Array<T>(rank).fill(value);
  return merge(config, { data: { preprocessing: { spacing: all(step), size: all(voxelsPerSide) } } });
}

/** What the command line makes of one number for all axes. */
function isOneForThree(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length === 3 && new Set(value).size === 1;
}
