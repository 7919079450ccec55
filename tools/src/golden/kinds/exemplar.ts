import { derange } from "@ssl3d/task-exemplar";
import type { GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { exemplarImages } from "./exemplar-images.js";
import { exemplarNetwork } from "./exemplar-network.js";

interface Derangement {
  readonly n: number;
  readonly result: readonly number[];
  readonly draws: readonly number[];
}

/** Derangements by recorded draws: which image of a batch serves each as negative. Exact. */
const exemplarDerangement: GoldenKind = {
  name: "exemplar-derangement",
  summary: "the original's choice of negatives within a batch, by recorded draws",
  find: async (folder) => {
    const files = await findLists(folder);
    return files.map(({ file, entries }) => ({
      name: file.slice(0, -".json".length),
      files: [file],
      run: () => {
        for (const entry of entries) checkDerangement(entry);
        return Promise.resolve(undefined);
      },
    }));
  },
};

async function findLists(folder: GoldenFolder): Promise<{ file: string; entries: readonly Derangement[] }[]> {
  const read = await Promise.all(
    folder.files.filter((file) => file.endsWith(".json")).map(async (file) => ({ file, entries: await folder.readJson(file) })),
  );
  return read.filter((one): one is { file: string; entries: Derangement[] } => {
    const { entries } = one;
    return Array.isArray(entries) && entries.length > 0 && entries.every(isDerangement);
  });
}

function isDerangement(entry: unknown): boolean {
  return typeof entry === "object" && entry !== null && ["n", "result", "draws"].every((field) => field in entry);
}

function checkDerangement({ n, result, draws }: Derangement): void {
  const left = [...draws];
  const order = derange(n, () => left.shift() ?? Number.NaN);
  if (order.join() !== result.join() || left.length > 0) {
    throw new Error(`draws ${draws.join(", ")}: expected ${result.join(", ")}, received ${order.join(", ")}, ${left.length} draws unused`);
  }
}

export const EXEMPLAR_KINDS: readonly GoldenKind[] = [exemplarDerangement, exemplarImages, exemplarNetwork];
