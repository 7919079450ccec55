import { isSsl3dError, type DatasetPlugin, type FileSource, type Volume } from "@ssl3d/core";
import { ensure, type Check } from "./check.js";
import { checkOptions, resolveOptions } from "./test-options.js";

/** How a dataset is tested. */
export interface DatasetTestSettings {
  /** Files in the layout that the dataset reads, with at least one case. */
  readonly files: FileSource;
  /** Options as a configuration would write them. Default {}. */
  readonly options?: unknown;
}

/** The contract of dataset layouts, as checks for any test runner. */
export function testDataset<Options>(plugin: DatasetPlugin<string, Options>, settings: DatasetTestSettings): Check[] {
  const { files, options: written = {} } = settings;
  const open = () => plugin.open(files, resolveOptions(plugin, written));
  return [
    checkOptions(plugin, written),
    {
      name: "cases are sorted by id and unique",
      run: async () => {
        const ids = (await open()).cases.map((one) => one.id);
        ensure(ids.length > 0, "expected at least one case, received none");
        ensure(ids.every((id, i) => i === 0 || (ids[i - 1] as string) < id), `expected ids in order, received ${ids.join(", ")}`);
      },
    },
    {
      name: "images are whole volumes, the same ones every time",
      run: async () => {
        const dataset = await open();
        for (const { id } of dataset.cases) {
          const [first, again] = [await dataset.loadImage(id), await dataset.loadImage(id)];
          checkVolume(first, plugin.ranks);
          ensure(first.id === id, `expected the volume's id to be "${id}", received "${first.id}"`);
          ensure(first.voxels.every((value, i) => Object.is(value, again.voxels[i])), `expected "${id}" twice, received two images`);
        }
      },
    },
    {
      name: "truths fit their images",
      run: async () => {
        const dataset = await open();
        for (const { id } of dataset.cases.filter((one) => one.labelled)) {
          const truth = await dataset.loadTruth(id);
          if (typeof truth === "number" || !("voxels" in truth)) continue;
          checkVolume(truth, plugin.ranks);
          const image = await dataset.loadImage(id);
          ensure(truth.size.join() === image.size.join(), `"${id}": expected a truth of size ${image.size.join()}, received ${truth.size.join()}`);
        }
      },
    },
    {
      name: "an unknown case is answered with a coded error",
      run: async () => {
        const dataset = await open();
        const error: unknown = await dataset.loadImage("no such case").then(() => undefined, (reason: unknown) => reason);
        ensure(isSsl3dError(error), `expected an Ssl3dError, received ${String(error)}`);
      },
    },
  ];
}

function checkVolume({ id, voxels, size, channels, spacing, affine }: Volume, ranks: readonly number[]): void {
  const count = size.reduce((product, length) => product * length, channels);
  ensure(ranks.includes(size.length), `"${id}": expected rank ${ranks.join(" or ")}, received ${size.length}`);
  ensure(voxels.length === count, `"${id}": expected ${count} voxels, received ${voxels.length}`);
  ensure(spacing.length === size.length && spacing.every((mm) => mm > 0), `"${id}": expected a spacing above 0 an axis, received ${spacing.join()}`);
  ensure(affine.length === 16 && affine.every(Number.isFinite), `"${id}": expected 16 finite numbers as affine, received ${affine.join()}`);
}
