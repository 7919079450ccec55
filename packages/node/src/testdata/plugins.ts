import { defineDataset, defineTask, Ssl3dError, type DatasetPlugin, type NumericArray, type TaskPlugin } from "@ssl3d/core";
import * as z from "zod";

// Plugins for the tests of data workers, which import them by path as they import a package's.

/** Cases "case-0" and on, whose voxels are their number; with `broken`, one of them cannot be read. */
export const numbers: DatasetPlugin<"numbers", { count: number; broken: number | null }> = defineDataset({
  name: "numbers",
  summary: "Volumes made of their own number",
  ranks: [3],
  options: z.strictObject({ count: z.int(), broken: z.int().nullable() }),
  open: (_files, { count, broken }) =>
    Promise.resolve({
      cases: Array.from({ length: count }, (_, index) => ({ id: `case-${index}`, labelled: false })),
      loadImage(id) {
        const value = Number(id.slice(5));
        if (value === broken) {
          return Promise.reject(
            new Ssl3dError({ code: "SSL3D_TEST", message: "It is broken.", fix: "Mend it.", facts: { value } }),
          );
        }
        const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
        const voxels = new Float32Array(8).fill(value);
        return Promise.resolve({ id, voxels, size: [2, 2, 2], channels: 1, spacing: [1, 1, 1], affine });
      },
      loadTruth: () => Promise.resolve(0),
    }),
});

type Echo = { readonly image: NumericArray; readonly draw: NumericArray };

/** Examples that are the volume itself and one random number; odd cases throw an unexpected error with `fails`. */
export const echo: TaskPlugin<"echo", { fails: boolean }, Echo> = defineTask({
  name: "echo",
  summary: "Gives the volume back",
  ranks: [3],
  options: z.strictObject({ fails: z.boolean() }),
  example(volume, { fails }, random): Echo {
    if (fails && (volume.voxels[0] as number) % 2 === 1) throw new TypeError("odd");
    return {
      image: { data: volume.voxels, shape: [...volume.size, volume.channels] },
      draw: { data: Float32Array.of(random.uniform()), shape: [1] },
    };
  },
  build() {
    throw new Error("not needed here");
  },
});
