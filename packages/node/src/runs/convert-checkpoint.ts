import { basename } from "node:path";
import type { ConversionReport, ConvertOptions } from "@ssl3d/zoo";
import { convertInThread } from "../workers/convert-in-thread.js";
import { readFileToConvert } from "./read-file-to-convert.js";
import { requireFree, writeConverted } from "./write-converted.js";
import { outputsCheck, type VerifyRequest } from "./outputs-check.js";
import type { CallOptions } from "./run-options.js";

/** What {@link convertCheckpoint} reads and writes. */
export interface ConvertRequest extends VerifyRequest {
  /** Keras HDF5 file. */
  readonly input: string;
  /** Folder to write. */
  readonly output: string;
  readonly options?: ConvertOptions;
  /** Replaces the folder of an earlier conversion. */
  readonly overwrite?: boolean;
}

/**
 * Converts a Keras checkpoint into a folder, which appears complete or not at all.
 * @throws as `convertKeras`; SSL3D_CONVERSION_EXISTS, SSL3D_CONVERSION_DIFFERS, SSL3D_CONVERSION_ENDLESS, SSL3D_WRITE_FAILED
 */
export async function convertCheckpoint(request: ConvertRequest, options: Pick<CallOptions, "cwd" | "bundled"> = {}): Promise<ConversionReport> {
  const { input, output } = request;
  await requireFree(request);
  const bytes = await readFileToConvert(input, "a Keras HDF5 file");
  // what has a buffer to itself is handed over without a copy
  const own = bytes.byteLength === bytes.buffer.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
  const { files, report } = await convertInThread({ bytes: own, label: basename(input), options: request.options ?? {} });
  await writeConverted(output, files, outputsCheck(request, options));
  return report;
}
