import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { EngineRequest } from "../engine/activate-engine.js";
import { conversionDiffers } from "./convert-errors.js";
import { readArray } from "./read-input.js";
import { runModel } from "./run-model.js";
import type { CallOptions } from "./run-options.js";

/** Largest difference of an output from the expected one, relative to the largest expected value. */
export const VERIFY_TOLERANCE = 1e-4;

/** How the outputs of a converted network are checked. */
export interface VerifyRequest extends EngineRequest {
  /** NPY files: the network's inputs, and last the outputs it must give. */
  readonly verify?: readonly string[];
}

/**
 * A check that a converted folder gives the outputs expected of it; undefined where none are given. It throws
 * SSL3D_CONVERSION_DIFFERS, and as `runModel`.
 */
export function outputsCheck({ verify = [], ...request }: VerifyRequest, options: Pick<CallOptions, "cwd" | "bundled">): ((folder: string) => Promise<void>) | undefined {
  return verify.length === 0 ? undefined : (folder) => verifyOutputs(folder, verify, request, options);
}

async function verifyOutputs(folder: string, verify: readonly string[], engine: EngineRequest, options: Pick<CallOptions, "cwd" | "bundled">): Promise<void> {
  const expectedFile = verify[verify.length - 1]!;
  const expected = await readArray(expectedFile);
  const answers = join(folder, "verified.npy");
  await runModel({ ...engine, model: folder, input: verify.slice(0, -1), output: answers }, options);
  const received = await readArray(answers);
  await rm(answers);
  if (received.shape.join() !== expected.shape.join()) {
    throw conversionDiffers(expectedFile, `they have the shape [${expected.shape.join(", ")}], the network's [${received.shape.join(", ")}]`);
  }
  let scale = 0;
  let difference = 0;
  for (let i = 0; i < expected.data.length; i++) {
    scale = Math.max(scale, Math.abs(expected.data[i]!));
    difference = Math.max(difference, Math.abs(expected.data[i]! - received.data[i]!));
  }
  if (!(difference <= VERIFY_TOLERANCE * Math.max(scale, Number.MIN_VALUE))) {
    throw conversionDiffers(expectedFile, `the largest difference is ${difference.toPrecision(3)}, the largest expected value ${scale.toPrecision(3)}`);
  }
}
