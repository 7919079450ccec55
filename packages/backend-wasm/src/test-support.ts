import { computeOn, computeOnReference, ensureSameResults, type ArrayValues, type Computation } from "@ssl3d/testing";
import { wasm } from "./plugin.js";

/** Up to this share of the largest magnitude a kernel may stray from the reference. */
const TOLERANCE = 2e-6;

/** Runs a computation on the wasm engine and asserts that it leaves no tensors behind and its inputs as they were. */
export async function onWasm(inputs: readonly ArrayValues[], compute: Computation): Promise<ArrayValues[]> {
  return await computeOn(() => wasm.activate({}), inputs, compute);
}

/** Asserts that the engine computes what tfjs' cpu backend does. */
export async function expectAgreement(inputs: readonly ArrayValues[], compute: Computation, tolerance: number = TOLERANCE): Promise<void> {
  const expected = await computeOnReference(inputs, compute);
  ensureSameResults(await onWasm(inputs, compute), expected, tolerance);
}
