import { decodeGrade, type LabelledCase } from "@ssl3d/core";
import { classOutOfRange, truthIsNoClass } from "./errors.js";

type Truth = LabelledCase["truth"];

/**
 * The class of a case: its truth where that is a number, or the entry that is 1 where it is a row of zeros with a one.
 * @param where the case's id, for messages
 * @throws SSL3D_TRUTH_IS_NO_CLASS, SSL3D_CLASS_OUT_OF_RANGE
 */
export function classOfTruth(truth: Truth, classes: number, where?: string): number {
  return readTruth(truth, classes, where, (row) => {
    const one = row.indexOf(1);
    return row.every((value, at) => value === (at === one ? 1 : 0)) ? one : undefined;
  });
}

/**
 * The grade of a case: its truth where that is a number, or what a row of answers to "at least grade k?" amounts to.
 * @param where the case's id, for messages
 * @throws SSL3D_TRUTH_IS_NO_CLASS, SSL3D_CLASS_OUT_OF_RANGE
 */
export function gradeOfTruth(truth: Truth, grades: number, where?: string): number {
  return readTruth(truth, grades, where, (row) => {
    const falling = row.every((value, at) => (value === 0 || value === 1) && value <= (row[at - 1] ?? 1));
    return falling ? decodeGrade(row) : undefined;
  });
}

function readTruth(truth: Truth, classes: number, where: string | undefined, decode: (row: readonly number[]) => number | undefined): number {
  if (typeof truth === "object" && "voxels" in truth) throw truthIsNoClass(`a label volume of ${truth.size.join(" x ")} voxels`, classes, where);
  if (typeof truth === "number") {
    if (!Number.isInteger(truth) || truth < 0 || truth >= classes) throw classOutOfRange(truth, classes, where);
    return truth;
  }
  const found = truth.length === classes ? decode(truth) : undefined;
  if (found === undefined || found < 0) throw truthIsNoClass(JSON.stringify(truth), classes, where);
  return found;
}

/** How often each class occurs, summing to 1. */
export function shareOfClasses(found: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of found) counts[label]! += 1 / found.length;
  return counts;
}
