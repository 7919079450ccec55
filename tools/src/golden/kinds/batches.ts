import { createRandom } from "@ssl3d/core";
import { createExampleOrder } from "@ssl3d/node";
import type { GoldenFolder } from "../golden-folder.js";
import type { GoldenCase, GoldenKind } from "../golden-kind.js";

interface BatchList {
  readonly n_files: number;
  readonly examples_per_file: number;
  readonly batch_size: number;
  /** Inputs are a list of arrays, as those of predictive coding. */
  readonly x_is_list: boolean;
  readonly len: number;
  readonly batches: readonly {
    readonly index: number;
    readonly files_loaded: readonly number[];
    readonly n_returned: number;
    readonly n_labels: number;
    readonly first: number;
    readonly last: number;
  }[];
}

/**
 * Which examples the original put into each batch, counted as 100 x file + example. Where its inputs are lists it forgets where
 * a batch ends (SEMANTICS.md, quirk 3), which nobody wants back: checked is that the recorded batches are understood, and that
 * ours hold what the original's should have held, every file once an epoch in batches of the size asked for.
 */
const generatorBatches: GoldenKind = {
  name: "batches",
  summary: "which examples make up the original's batches, and what ours hold instead",
  find: async (folder) => {
    const files = folder.files.filter((file) => /(^|\/)generator_batches[^/]*\.json$/.test(file));
    const cases = await Promise.all(files.map((file) => casesOf(folder, file)));
    return cases.flat();
  },
};

export const BATCH_KINDS: readonly GoldenKind[] = [generatorBatches];

async function casesOf(folder: GoldenFolder, file: string): Promise<GoldenCase[]> {
  const lists = (await folder.readJson(file)) as readonly BatchList[];
  return lists.map((list, index) => ({
    name: `${file.replace(/\.json$/, "")}:${list.n_files}x${list.examples_per_file}-by-${list.batch_size}${list.x_is_list ? "-lists" : ""}`,
    files: index === 0 ? [file] : [],
    run: () => {
      checkRecorded(list);
      checkOurs(list);
      return Promise.resolve(list.x_is_list ? "the original's batches run on to the end of their last file; ours do not" : undefined);
    },
  }));
}

function checkRecorded({ n_files, examples_per_file: each, batch_size, x_is_list, len, batches }: BatchList): void {
  const total = n_files * each;
  expectEqual("batches", len, Math.ceil(total / batch_size));
  for (const { index, files_loaded, n_returned, n_labels, first, last } of batches) {
    const start = index * batch_size;
    const end = Math.min(total, start + batch_size);
    const firstFile = Math.floor(start / each);
    const lastFile = Math.floor((end - 1) / each);
    const reached = x_is_list ? (lastFile + 1) * each : end;
    const valueOf = (example: number): number => 100 * Math.floor(example / each) + (example % each);
    const where = `batch ${index}`;
    expectEqual(`${where}: files`, files_loaded.join(), Array.from({ length: lastFile - firstFile + 1 }, (_, i) => firstFile + i).join());
    expectEqual(`${where}: examples`, n_returned, reached - start);
    expectEqual(`${where}: labels`, n_labels, reached - start);
    expectEqual(`${where}: first`, first, valueOf(start));
    expectEqual(`${where}: last`, last, valueOf(reached - 1));
  }
}

/** A case gives one example here, whatever is made of it inside; an epoch's last batch goes on into the next epoch. */
function checkOurs({ n_files, batch_size }: BatchList): void {
  const caseOf = createExampleOrder(n_files, createRandom("golden"));
  const batches = Array.from({ length: n_files }, (_, batch) => Array.from({ length: batch_size }, (_, place) => caseOf(batch * batch_size + place)));
  const examples = batches.flat();
  for (let epoch = 0; epoch < batch_size; epoch++) {
    const files = examples.slice(epoch * n_files, (epoch + 1) * n_files).sort((a, b) => a - b);
    expectEqual(`our epoch ${epoch}`, files.join(), Array.from({ length: n_files }, (_, file) => file).join());
  }
}

function expectEqual(what: string, actual: number | string, expected: number | string): void {
  if (actual !== expected) throw new Error(`${what}: the golden has ${actual}, expected ${expected}`);
}
