import { createVolume, scaleAboutCentre, scikitResize, type NpyArray } from "@ssl3d/data";
import { expectClose } from "../compare.js";
import type { GoldenFolder } from "../golden-folder.js";
import type { GoldenCase, GoldenKind } from "../golden-kind.js";

const RESIZED = /^((?:.*\/)?resize[^./]*)\.o([01])(int|noaa|)_[^./]+\.npy$/;

/**
 * `.in` resized by scikit-image to the size of each output: `.o1_*` linear, `.o1noaa_*` without smoothing, `.o0_*` the nearest
 * of the rounded threefold input as real numbers (which smooths), `.o0int_*` the same as whole numbers (which does not).
 */
export const resizedVolumes: GoldenKind = {
  name: "resize",
  summary: "volumes resized as by scikit-image, linear and nearest",
  find: (folder) => {
    const found = folder.files.flatMap((file) => {
      const [, stem, order, variant] = RESIZED.exec(file) ?? [];
      return stem === undefined ? [] : [{ file, stem, order, variant }];
    });
    const cases = found.map(({ file, stem, order, variant }, index): GoldenCase => {
      const input = `${stem}.in.npy`;
      const isFirst = found.findIndex((other) => other.stem === stem) === index;
      return {
        name: file.replace(/\.npy$/, ""),
        files: isFirst ? [input, file] : [file],
        run: async () => {
          const expected = await folder.readArray(file);
          const given = await folder.readArray(input);
          const image = order === "1" ? given : { ...given, data: Float32Array.from(given.data, (value) => roundHalfToEven(3 * value)) };
          const volume = volumeOf(variant === "int" ? { ...image, data: Int32Array.from(image.data, Number) } : image);
          const size = expected.shape.slice(0, volume.size.length);
          const resized = scikitResize(volume, size, {
            interpolation: order === "1" ? "linear" : "nearest",
            ...(variant === "noaa" && { antialias: false }),
          });
          expectClose("resized", { data: resized.voxels, shape: expected.shape }, expected, variant === "int" ? 0 : undefined);
          return undefined;
        },
      };
    });
    return Promise.resolve(cases);
  },
};

/** `.in`, `.out` and `.json` with `zx_zy`: an image zoomed about its centre by each pair of factors, rows by zy, columns by zx. */
export const zoomedImages: GoldenKind = {
  name: "zoom",
  summary: "images zoomed about their centre by recorded factors",
  find: (folder) => {
    const stems = folder.files.flatMap((file) => /^((?:.*\/)?random_zoom[^./]*)\.out\.npy$/.exec(file)?.[1] ?? []);
    return Promise.resolve(
      stems.map((stem) => ({
        name: stem,
        files: [".in.npy", ".out.npy", ".json"].map((ending) => stem + ending),
        run: () => checkZooms(folder, stem),
      })),
    );
  },
};

async function checkZooms(folder: GoldenFolder, stem: string): Promise<undefined> {
  const image = volumeOf(await folder.readArray(`${stem}.in.npy`), 1);
  const { data, shape } = await folder.readArray(`${stem}.out.npy`);
  const { zx_zy: factors } = (await folder.readJson(`${stem}.json`)) as { zx_zy: [number, number][] };
  const rest = shape.slice(1);
  const size = data.length / shape[0]!;
  for (const [index, [zx, zy]] of factors.entries()) {
    const zoomed = scaleAboutCentre(image, [zy, zx]);
    expectClose(`zoom ${zx}, ${zy}`, { data: zoomed.voxels, shape: rest }, { data: data.slice(index * size, (index + 1) * size), shape: rest });
  }
}

/** An array as a volume: its last axis holds channels where there are more than three, or where `channelAxes` says so. */
function volumeOf({ data, shape }: Pick<NpyArray, "data" | "shape">, channelAxes: number = shape.length > 3 ? 1 : 0) {
  const voxels = data instanceof Int32Array ? data : Float32Array.from(data, Number);
  const size = shape.slice(0, shape.length - channelAxes);
  return createVolume({ voxels, size, channels: channelAxes === 0 ? 1 : shape.at(-1)! });
}

/** As numpy's rint. */
function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
