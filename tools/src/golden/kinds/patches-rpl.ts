import { middlePatch, neighbourCount, neighbourPatch, patchPosition, rpl, rplOptions } from "@ssl3d/task-rpl";
import { expectClose } from "../compare.js";
import { filesOf, findDescriptors, type Descriptor } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { checkPatchTask, exampleOf, type PatchTask } from "./patch-tasks.js";

const INPUT = /(^|\/)rpl[23]d[^./]*\.in\.npy$/;

interface ClassTable {
  readonly patch_count: number;
  readonly class_count: number;
  readonly center_id: number;
  readonly class_to_patch: readonly number[];
}

/** Relative patch location: examples of forced classes and of recorded draws, and tables of which class is which patch. Exact. */
export const relativePatchLocation: GoldenKind = {
  name: "rpl",
  summary: "relative patch location: examples of forced classes and of recorded draws, and tables of classes",
  find: async (folder) => {
    const stems = folder.files.filter((file) => INPUT.test(file)).map((file) => file.slice(0, -".in.npy".length));
    const tables = (await findDescriptors(folder, [])).filter(isTable);
    return [
      ...stems.map((stem) => ({ name: stem, files: filesOf(folder, stem), run: () => checkPatchTask(folder, stem, TASK) })),
      ...tables.map((table) => ({ name: table.stem, files: [`${table.stem}.json`], run: () => Promise.resolve(checkTables(table)) })),
    ];
  },
};

const TASK: PatchTask = {
  perSide: (rank, _results, classes) => Math.round((classes + 1) ** (1 / rank)),
  example: (grid, image, random) => exampleOf(rpl, { ...rplOptions.parse({}), ...grid }, image, random),
  draws: (label, classes, crops) => [...crops, ["np.randint", [classes], label]],
  labelsRecorded: true,
};

function isTable({ json }: Descriptor): boolean {
  const tables = Object.values(json);
  return tables.length > 0 && tables.every((table) => typeof table === "object" && table !== null && "class_to_patch" in table);
}

function checkTables({ json }: Descriptor): string {
  for (const [name, value] of Object.entries(json)) {
    const table = value as ClassTable;
    const rank = /^([23])d/.exec(name)?.[1] === "2" ? 2 : 3;
    const perSide = Math.round(table.patch_count ** (1 / rank));
    const patches = Array.from({ length: neighbourCount(rank, perSide) }, (_, c) => neighbourPatch(rank, perSide, c));
    const received = [perSide ** rank, patches.length, middlePatch(rank, perSide), ...patches];
    const expected = [table.patch_count, table.class_count, table.center_id, ...table.class_to_patch];
    expectClose(`${name}: patches`, { data: received, shape: [received.length] }, { data: expected, shape: [expected.length] }, 0);
    const positions = patches.flatMap((patch) => patchPosition(rank, perSide, patch));
    const places = Object.entries(value as object).filter(([field]) => field.startsWith("class_to_grid"));
    for (const [field, rows] of places) {
      const expectedPlaces = (rows as number[][]).flat();
      expectClose(`${name}: ${field}`, { data: positions, shape: [positions.length] }, { data: expectedPlaces, shape: [expectedPlaces.length] }, 0);
    }
  }
  return `${Object.keys(json).length} grids`;
}
