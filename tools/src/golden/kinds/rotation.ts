import { rotateByClass } from "@ssl3d/task-rotation";
import { expectClose } from "../compare.js";
import type { GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";

const INPUT = /(^|\/)rotation[23]d[^./]*\.in\.npy$/;

/** One image turned by every class: `.in`, `.out` (one result a row) and `.y` (the one-hot classes of the rows). Exact. */
export const rotationLabels: GoldenKind = {
  name: "rotation",
  summary: "images rotated by forced labels, voxel for voxel",
  find: (folder) => {
    const stems = folder.files.filter((file) => INPUT.test(file)).map((file) => file.slice(0, -".in.npy".length));
    return Promise.resolve(
      stems.map((stem) => ({
        name: stem,
        files: [`${stem}.in.npy`, `${stem}.out.npy`, `${stem}.y.npy`],
        run: () => checkRotations(folder, stem),
      })),
    );
  },
};

async function checkRotations(folder: GoldenFolder, stem: string): Promise<undefined> {
  const input = await folder.readArray(`${stem}.in.npy`);
  const results = await folder.readArray(`${stem}.out.npy`);
  const labels = await folder.readArray(`${stem}.y.npy`);
  const image = { data: Float32Array.from(input.data), shape: input.shape };
  const [rows = 0, ...shape] = results.shape;
  const classes = labels.shape[1] as number;
  const size = results.data.length / rows;
  for (let row = 0; row < rows; row++) {
    const label = Array.from(labels.data.slice(row * classes, (row + 1) * classes)).indexOf(1);
    const expected = { data: results.data.slice(row * size, (row + 1) * size), shape };
    expectClose(`class ${label}`, rotateByClass(image, label), expected, 0);
  }
}
