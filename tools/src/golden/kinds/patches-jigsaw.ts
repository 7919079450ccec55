import { jigsaw, jigsawOptions, jigsawPermutations } from "@ssl3d/task-jigsaw";
import { expectClose } from "../compare.js";
import { filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { checkPatchTask, exampleOf, type PatchTask } from "./patch-tasks.js";

const INPUT = /(^|\/)jigsaw[23]d[^./]*\.in\.npy$/;

type Table = readonly (readonly number[])[];

/** Jigsaw puzzles: examples of forced classes, and the original's tables of orders. Exact. */
export const jigsawPuzzles: GoldenKind = {
  name: "jigsaw",
  summary: "jigsaw puzzles: examples of forced classes, and the original's tables of orders",
  find: async (folder) => {
    const stems = folder.files.filter((file) => INPUT.test(file)).map((file) => file.slice(0, -".in.npy".length));
    const tables = await findDescriptors(folder, ["perms"]);
    const unused = await findDescriptors(folder, ["perms_raw"]);
    return [
      ...stems.map((stem) => ({ name: stem, files: filesOf(folder, stem), run: () => checkPatchTask(folder, stem, TASK) })),
      ...tables.map((table) => ({ name: table.stem, files: filesOf(folder, table.stem), run: () => checkTable(folder, table) })),
      ...unused.map((table) => ({ name: table.stem, files: filesOf(folder, table.stem), run: () => Promise.resolve(checkUnused(table)) })),
    ];
  },
};

const TASK: PatchTask = {
  perSide: (rank, results) => Math.round((results[1] as number) ** (1 / rank)),
  example: (grid, image, random) => exampleOf(jigsaw, { ...jigsawOptions.parse({}), ...grid }, image, random),
  draws: (label, classes, crops) => [["np.randint", [classes], label], ...crops],
  // the original draws it with Python's own generator
  labelsRecorded: false,
};

/** The table of the descriptor, of the array beside it, and the one that we ship. */
async function checkTable(folder: GoldenFolder, { stem, json }: Descriptor): Promise<undefined> {
  const table = json["perms"] as Table;
  const stored = { data: table.flat(), shape: [table.length, table[0]?.length ?? 0] };
  const array = `${stem}.npy`;
  if (folder.files.includes(array)) expectClose(array, stored, await folder.readArray(array), 0);
  expectClose(stem, shipped(stored.shape), stored, 0);
}

/** A table that the original carries along but never loads: sound, and ours or not ours as the descriptor says. */
function checkUnused({ json }: Descriptor): string {
  const raw = json["perms_raw"] as Table;
  const shape = [raw.length, raw[0]?.length ?? 0];
  const [least, most] = [Math.min(...raw.flat()), Math.max(...raw.flat())];
  const received = [...shape, least, most];
  const expected = [...(json["header"] as number[]), json["min"] as number, json["max"] as number];
  expectClose("count, length, least, most", { data: received, shape: [4] }, { data: expected, shape: [4] }, 0);
  const same = raw.flat().every((piece, i) => piece - least === shipped(shape).data[i]);
  if (same !== json["equal_to_npy_table_zero_based"]) throw new Error(`the table ${same ? "equals" : "differs from"} the one in use`);
  return same ? "the table in use" : "not the table in use";
}

function shipped([count, pieces]: readonly number[]): { data: number[]; shape: number[] } {
  const rank = Math.round((pieces as number) ** (1 / 3)) ** 3 === pieces ? 3 : 2;
  const perSide = Math.round((pieces as number) ** (1 / rank));
  const table = jigsawPermutations(rank, perSide, count as number);
  return { data: table.flat(), shape: [table.length, perSide ** rank] };
}
