import { decodeGrade, encodeGrade } from "@ssl3d/core";
import { expectClose } from "../compare.js";
import { findDescriptors } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";

interface Example {
  readonly in: readonly number[];
  readonly out: number;
}

const ENCODING = /^ordinal_multilabel_(\d+)$/;

/** How the original writes grades as rows of answers and reads them back. Exact. */
export const labelEncodings: GoldenKind = {
  name: "label-encodings",
  summary: "grades as rows of answers, and back",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["decode_examples"]);
    return descriptors.map(({ stem, json }) => ({
      name: stem,
      files: [`${stem}.json`],
      run: () => Promise.resolve().then(() => check(json)),
    }));
  },
};

function check(json: Readonly<Record<string, unknown>>): undefined {
  const encodings = Object.entries(json).filter(([key]) => ENCODING.test(key));
  if (encodings.length === 0) throw new Error("no encoding of grades is described");
  for (const [key, rows] of encodings) {
    const grades = Number(ENCODING.exec(key)?.[1]);
    for (const [grade, row] of Object.entries(rows as Record<string, number[]>)) {
      const actual = encodeGrade(Number(grade), grades);
      expectClose(`grade ${grade} of ${grades}`, { data: actual, shape: [actual.length] }, { data: row, shape: [row.length] }, 0);
    }
  }
  const threshold = Number(/threshold (\d*\.?\d+)/.exec(String(json["decode"]))?.[1] ?? 0.5);
  for (const example of json["decode_examples"] as Example[]) {
    const actual = decodeGrade(example.in, { threshold, none: -1 });
    if (actual !== example.out) throw new Error(`[${example.in.join(", ")}]: decoded as ${actual}, expected ${example.out}`);
  }
}
