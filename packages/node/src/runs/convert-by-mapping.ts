import { basename } from "node:path";
import { validate, type Named } from "@ssl3d/core";
import type { MappablePlugin, MappingReport } from "@ssl3d/zoo";
import { discoverPlugins, type DiscoveredPlugin } from "../plugins/discover.js";
import { hashOf } from "../workers/hash-of.js";
import { mappingNotJson } from "./convert-errors.js";
import { readFileToConvert } from "./read-file-to-convert.js";
import { requireFree, writeConverted } from "./write-converted.js";
import { outputsCheck, type VerifyRequest } from "./outputs-check.js";
import type { CallOptions } from "./run-options.js";
import { usePlugin } from "./use-plugin.js";

/** What {@link convertByMapping} reads and writes. */
export interface MappingRequest extends VerifyRequest {
  /** Mapping file, JSON. */
  readonly mapping: string;
  /** Safetensors file. */
  readonly input: string;
  /** Folder to write. */
  readonly output: string;
  /** Accepts tensors that are left over, and weights that nothing is found for. */
  readonly partial?: boolean;
  /** Replaces a folder that holds files. */
  readonly overwrite?: boolean;
}

/**
 * Converts a safetensors file of another framework into a folder, which appears complete or not at all. The mapping file may name any
 * encoder and head that is installed.
 * @throws as `convertMapping` of @ssl3d/zoo; SSL3D_READ_FAILED, SSL3D_DAMAGED_FILE, SSL3D_CONVERSION_EXISTS,
 * SSL3D_CONVERSION_DIFFERS, SSL3D_WRITE_FAILED
 */
export async function convertByMapping(request: MappingRequest, options: Pick<CallOptions, "cwd" | "bundled"> = {}): Promise<MappingReport> {
  const { mapping: path, input, output, partial = false } = request;
  await requireFree(request);
  // loaded when it is needed: it brings a reader of HDF5 along
  const { convertMapping, mappingFile } = await import("@ssl3d/zoo");
  const mapping = parseMapping(await readFileToConvert(path, "a mapping file in JSON"), path);
  const { encoder, head } = validate(mappingFile, mapping, path);
  const { plugins: discovered } = await discoverPlugins({ cwd: process.cwd(), ...options });
  const plugins = [await mappable(discovered, "encoder", encoder, path), ...(head === null ? [] : [await mappable(discovered, "head", head, path)])];
  const bytes = await readFileToConvert(input, "a safetensors file");
  const { files, report } = await convertMapping(bytes, basename(input), mapping, { partial, mappingLabel: basename(path), plugins, hash: hashOf });
  await writeConverted(output, files, outputsCheck(request, options));
  return report;
}

function parseMapping(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw mappingNotJson(path, error);
  }
}

async function mappable(discovered: readonly DiscoveredPlugin[], kind: "encoder" | "head", named: Named, path: string): Promise<MappablePlugin> {
  const used = await usePlugin(discovered, kind, named, `${path}, options of the ${kind}`);
  return { package: used.package, plugin: used.plugin };
}
