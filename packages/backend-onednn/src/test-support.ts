import { computeOn, computeOnReference, ensureSameResults, type ArrayValues, type Computation } from "@ssl3d/testing";
import { activate } from "./activate.js";
import { loadLibrary } from "./native/load.js";

/** Up to this share of the largest magnitude a kernel may stray from the reference. */
const TOLERANCE = 2e-6;

const loaded = loadLibrary();
/** Whether a library is here to test with; says so where none is. */
export const hasLibrary: boolean = !("reason" in loaded);
if ("reason" in loaded) console.warn(`The native engine is not tested: ${loaded.reason}. ${loaded.fix}`);

/**
 * Asserts that the native engine in float32 computes what tfjs' cpu backend does, leaves no tensors behind and its inputs as they were.
 */
export async function expectAgreement(inputs: readonly ArrayValues[], compute: Computation, tolerance: number = TOLERANCE): Promise<void> {
  const expected = await computeOnReference(inputs, compute);
  const actual = await computeOn(() => activate({ threads: 2, precision: "float32" }), inputs, compute);
  ensureSameResults(actual, expected, tolerance);
}
