import { posix } from "node:path";
import { openGoldenFolder, type GoldenFolder } from "./golden-folder.js";
import type { GoldenCase, GoldenKind } from "./golden-kind.js";

/** How a golden run went. */
export interface GoldenTally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs the golden checks of some kinds over a folder, one line a case. Without `only`, files that no kind claims are
 * failures too: a golden that nobody understands must not look checked.
 */
export async function runGolden(
  root: string,
  kinds: readonly GoldenKind[],
  only: readonly string[] | undefined,
  print: (line: string) => void,
): Promise<GoldenTally> {
  const folder = await openGoldenFolder(root);
  const found = await Promise.all(kinds.map(async (kind) => ({ kind, cases: await kind.find(folder) })));
  const tally = { passed: 0, failed: 0 };
  for (const { kind, cases } of found) {
    if (only !== undefined && !only.includes(kind.name)) continue;
    for (const one of cases) {
      const { passed, remark } = await outcomeOf(one);
      tally[passed ? "passed" : "failed"]++;
      print(`${passed ? "passed" : "FAILED"} ${kind.name} ${one.name}${remark === undefined ? "" : `: ${remark}`}`);
    }
  }
  if (only === undefined) {
    const claimed = new Set(found.flatMap(({ cases }) => cases.flatMap((one) => one.files)));
    for (const stem of unclaimed(folder, claimed)) {
      tally.failed++;
      print(`FAILED unknown ${stem}: no kind of golden check understands it`);
    }
  }
  return tally;
}

async function outcomeOf(one: GoldenCase): Promise<{ passed: boolean; remark: string | undefined }> {
  try {
    return { passed: true, remark: await one.run() };
  } catch (error) {
    return { passed: false, remark: error instanceof Error ? error.message : String(error) };
  }
}

/** Cases that no kind claims: files with one folder and the same name up to the first dot. Texts and the inventory are no cases. */
function unclaimed(folder: GoldenFolder, claimed: ReadonlySet<string>): string[] {
  const cases = folder.files.filter((file) => !claimed.has(file) && file !== "inventory.json" && !/\.(md|txt)$/.test(file));
  return [...new Set(cases.map((file) => posix.join(posix.dirname(file), posix.basename(file).replace(/\..*$/, ""))))];
}
