import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "@ssl3d/node";
import { cellName, fingerprint, type Cell } from "./cells.js";
import { roundNumbers } from "../round-numbers.js";
import type { Study } from "./study.js";

/** Dice by test set and region, one a test case. */
export type CaseDice = Readonly<Record<string, readonly number[]>>;

/** What came of a cell. */
export interface CellResult {
  readonly cell: Cell;
  readonly fingerprint: string;
  readonly engine: string;
  readonly seconds: number;
  /** Hash of the encoder's weights that the cell made or started from; absent for a random encoder. */
  readonly encoderHash?: string;
  /** Of a pretraining: mean figures of unseen volumes after the last step. */
  readonly proxy?: Readonly<Record<string, number>>;
  /** Of a read-out or fine-tuning: Dice by percentage of the steps. */
  readonly dice?: Readonly<Record<string, CaseDice>>;
}

/** The finished cells of a study: one JSON file each, which appears complete or not at all. */
export interface CellStore {
  /** The cell's result; undefined where it is not finished or was made with other settings. */
  read(cell: Cell): CellResult | undefined;
  write(result: Omit<CellResult, "fingerprint">): Promise<void>;
}

/** Opens the folder of a study's cells. */
export function openCells(folder: string, study: Study): CellStore {
  const path = (cell: Cell): string => join(folder, `${cellName(cell)}.json`);
  return {
    read(cell) {
      let text: string;
      try {
        text = readFileSync(path(cell), "utf8");
      } catch {
        return undefined;
      }
      const result = JSON.parse(text) as CellResult;
      return result.fingerprint === fingerprint(study, cell) ? result : undefined;
    },
    async write(result) {
      const text = JSON.stringify({ ...result, fingerprint: fingerprint(study, result.cell) }, roundNumbers, 1);
      // One line a list: a test set's scores are read together.
      await writeFileAtomic(path(result.cell), `${text.replace(/\[\s+([-\d.,\s]+?)\s+\]/g, (_, inner: string) => `[${inner.replace(/\s+/g, " ")}]`)}\n`);
    },
  };
}
