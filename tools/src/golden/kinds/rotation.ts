import { rotateByClass } from "@ssl3d/task-rotation";
import { expectClose } from "../compare.js";
import type { GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { labelsOf, rowsOf, type Row } from "./golden-rows.js";

const INPUT = /(^|\/)rotation[23]d[^./]*\.in\.npy$/;

/** One image turned by several classes, or one image a class: `.in`, `.out` (one result a row) and `.y` (the one-hot classes of the rows). Exact. */
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
  const classes = labelsOf(labels);
  const batched = input.shape.length === results.shape.length;
  const images = batched ? rowsOf(input) : classes.map(() => ({ data: Float32Array.from(input.data), shape: input.shape }));
  rowsOf(results).forEach((expected, row) => {
    const label = classes[row] as number;
    expectClose(`class ${label}`, rotateByClass(images[row] as Row, label), expected, 0);
  });
}
