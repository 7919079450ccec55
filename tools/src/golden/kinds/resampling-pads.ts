import { posix } from "node:path";
import { createVolume, cropPatchGrid, padToSize } from "@ssl3d/data";
import { expectClose, type Shaped } from "../compare.js";
import type { GoldenFolder } from "../golden-folder.js";
import type { GoldenCase, GoldenKind } from "../golden-kind.js";

interface PadEntry {
  readonly in_shape: readonly number[];
  readonly w: number;
  readonly file: string;
}

/** A list of `in_shape`, `w` and `file`: ramps from 1 padded to `w` along every axis. Exact. */
export const paddedImages: GoldenKind = {
  name: "pad",
  summary: "images and volumes padded to a size",
  find: async (folder) => {
    const lists = await Promise.all(
      folder.files
        .filter((file) => /(^|\/)pad[^/]*\.json$/.test(file))
        .map(async (file) => ({ file, content: await folder.readJson(file) })),
    );
    return lists.flatMap(({ file, content }) =>
      Array.isArray(content) && content.every(isPadEntry)
        ? content.map((entry, index): GoldenCase => {
            const array = posix.join(posix.dirname(file), entry.file);
            return {
              name: `${file.replace(/\.json$/, "")}:${entry.in_shape.join("x")}-to-${entry.w}`,
              files: index === 0 ? [file, array] : [array],
              run: async () => {
                const values = Float32Array.from({ length: product(entry.in_shape) }, (_, i) => i + 1);
                expectClose("padded", pad({ data: values, shape: entry.in_shape }, entry.w), await folder.readArray(array), 0);
                return undefined;
              },
            };
          })
        : [],
    );
  },
};

function isPadEntry(entry: unknown): entry is PadEntry {
  return typeof entry === "object" && entry !== null && "in_shape" in entry && "w" in entry && "file" in entry;
}

/** Patches, [batch, patches, ...size, channels]: `preprocess_pad*` padded from `.in` to `.out`, `preprocess_crop_only*` cut from a ramp. Exact. */
export const paddedPatches: GoldenKind = {
  name: "pad-patches",
  summary: "patches padded to a size, and cut without jitter",
  find: (folder) => {
    const cases = folder.files.flatMap((file): GoldenCase[] => {
      const [, stem, what] = /^((?:.*\/)?preprocess_(pad|crop_only)[^./]*)\.out\.npy$/.exec(file) ?? [];
      if (stem === undefined) return [];
      const input = `${stem}.in.npy`;
      if (what === "crop_only") return [{ name: stem, files: [file], run: () => checkCrop(folder, file) }];
      return [{ name: stem, files: [input, file], run: () => checkPatches(folder, input, file) }];
    });
    return Promise.resolve(cases);
  },
};

async function checkPatches(folder: GoldenFolder, input: string, output: string): Promise<undefined> {
  const { data, shape } = await folder.readArray(input);
  const expected = await folder.readArray(output);
  const count = shape[0]! * shape[1]!;
  const size = data.length / count;
  const padded = Array.from({ length: count }, (_, patch) => {
    const values = Float32Array.from(data.slice(patch * size, (patch + 1) * size));
    return Array.from(pad({ data: values, shape: shape.slice(2) }, expected.shape[2]!).data);
  });
  expectClose("padded patches", { data: padded.flat(), shape: expected.shape }, expected, 0);
}

/**
 * The input is a ramp whose first value is the output's; its lengths are read off the steps between neighbours along each axis
 * of a patch and along the batch. In a batch of one, what lies behind the last patch of the first axis does not matter.
 */
async function checkCrop(folder: GoldenFolder, output: string): Promise<undefined> {
  const { data, shape } = await folder.readArray(output);
  const [batch = 1, patches = 1, ...patch] = shape;
  const rank = patch.length - 1;
  const channels = patch[rank]!;
  const perSide = Math.round(patches ** (1 / rank));
  const stepsOf = Array.from({ length: rank }, (_, axis) => Number(data[product(patch.slice(axis + 1))]) - Number(data[0]));
  const batchStep = batch > 1 ? Number(data[data.length / batch]) - Number(data[0]) : patch[0]! * perSide * stepsOf[0]!;
  const size = stepsOf.map((step, axis) => (axis === 0 ? batchStep : stepsOf[axis - 1]!) / step);
  const length = product(size) * channels;
  const cut = Array.from({ length: batch }, (_, index) => {
    const ramp = Float32Array.from({ length }, (_, i) => Number(data[0]) + index * length + i);
    return Array.from(cropPatchGrid({ data: ramp, shape: [...size, channels] }, { perSide }).data);
  });
  expectClose("patches", { data: cut.flat(), shape }, { data, shape }, 0);
}

/** Pads every axis but the last, the channels, to `side`. */
function pad({ data, shape }: { readonly data: Float32Array; readonly shape: readonly number[] }, side: number): Shaped {
  const size = shape.slice(0, -1);
  const volume = createVolume({ voxels: data, size, channels: shape.at(-1)! });
  const padded = padToSize(volume, size.map(() => side));
  return { data: padded.voxels, shape: [...padded.size, padded.channels] };
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
