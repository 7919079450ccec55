import { randomBytes } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ConversionReport, ConvertedFiles, ConvertOptions } from "@ssl3d/zoo";
import type { EngineRequest } from "../engine/activate-engine.js";
import { writeFolderAtomic } from "../files/atomic.js";
import { writeFailed } from "../files/errors.js";
import { readBytes } from "../files/folder-files.js";
import { convertInThread } from "../workers/convert-in-thread.js";
import { conversionDiffers, conversionExists } from "./convert-errors.js";
import { readArray } from "./read-input.js";
import { runModel } from "./run-model.js";
import type { RunOptions } from "./run-options.js";

/** What {@link convertCheckpoint} reads and writes. */
export interface ConvertRequest extends EngineRequest {
  /** Keras HDF5 file. */
  readonly input: string;
  /** Folder to write. */
  readonly output: string;
  readonly options?: ConvertOptions;
  /** NPY files: the network's inputs, and last the outputs it must give. */
  readonly verify?: readonly string[];
  /** Replaces the folder of an earlier conversion. */
  readonly overwrite?: boolean;
}

/** Largest difference of an output from the expected one, relative to the largest expected value. */
export const VERIFY_TOLERANCE = 1e-4;

/**
 * Converts a Keras checkpoint into a folder, which appears complete or not at all.
 * @throws as `convertKeras`; SSL3D_CONVERSION_EXISTS, SSL3D_CONVERSION_DIFFERS, SSL3D_CONVERSION_ENDLESS, SSL3D_WRITE_FAILED
 */
export async function convertCheckpoint(request: ConvertRequest, options: Pick<RunOptions, "cwd" | "bundled"> = {}): Promise<ConversionReport> {
  const { input, output } = request;
  await requireFree(request);
  const bytes = await readBytes(input);
  // what has a buffer to itself is handed over without a copy
  const own = bytes.byteLength === bytes.buffer.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
  const { files, report } = await convertInThread({ bytes: own, label: basename(input), options: request.options ?? {} });
  const verify = request.verify ?? [];
  await writeConverted(output, files, verify.length === 0 ? undefined : (folder) => verifyOutputs(folder, verify, request, options));
  return report;
}

/** Refuses an output folder that holds files, unless it is a conversion that is to be overwritten. */
export async function requireFree({ output, overwrite = false }: Pick<ConvertRequest, "output" | "overwrite">): Promise<void> {
  const held = await readdir(output).catch((error: unknown): string[] => {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code === "ENOENT") return [];
    throw writeFailed(output, failure);
  });
  // what is no conversion was not meant, and would be lost
  const isConversion = held.includes("conversion.json");
  if (held.length > 0 && !(overwrite && isConversion)) throw conversionExists(output, isConversion);
}

/**
 * Writes a converted folder, which appears complete or not at all, and only when `check` accepts it.
 * @param check looks at the finished folder under another name
 */
export async function writeConverted(output: string, files: ConvertedFiles, check?: (folder: string) => Promise<void>): Promise<void> {
  if (check === undefined) {
    await writeFolderAtomic(output, files);
    return;
  }
  const draft = join(dirname(output), `.${basename(output)}.${randomBytes(6).toString("hex")}.draft`);
  try {
    await writeFolderAtomic(draft, files);
    await check(draft);
    await rm(output, { recursive: true, force: true });
    await rename(draft, output);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function verifyOutputs(folder: string, verify: readonly string[], request: ConvertRequest, options: Pick<RunOptions, "cwd" | "bundled">): Promise<void> {
  const expectedFile = verify[verify.length - 1]!;
  const expected = await readArray(expectedFile);
  const answers = join(folder, "verified.npy");
  await runModel({ ...request, model: folder, input: verify.slice(0, -1), output: answers }, options);
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
