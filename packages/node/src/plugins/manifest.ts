import { PLUGIN_KINDS, type PluginKind } from "@ssl3d/core";
import * as z from "zod";

/** What a package says of its plugins under the key "ssl3d" of its package.json. */
export interface PluginManifest {
  readonly contract: number;
  readonly plugins: readonly { readonly kind: PluginKind; readonly name: string; readonly export: string }[];
}

const entry = z.object({ kind: z.enum(PLUGIN_KINDS), name: z.string().min(1), export: z.string().min(1) });
const manifest = z.object({ contract: z.number().int(), plugins: z.array(entry) });

type Versions = Readonly<Record<string, string>>;

/** The parts of a package.json that plugin discovery reads. */
export interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly optionalDependencies: Versions;
  readonly peerDependencies: Versions;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean | undefined }>>;
  readonly exports?: unknown;
  readonly main?: string | undefined;
  readonly ssl3d?: PluginManifest | undefined;
}

/** Entries that are not ours to judge are taken as empty where they are odd. */
const versions = z.record(z.string(), z.string()).catch({});

const packageFile: z.ZodType<PackageFile> = z.object({
  name: z.string().catch(""),
  version: z.string().catch("0.0.0"),
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
  peerDependencies: versions,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).catch({}),
  exports: z.unknown().optional(),
  main: z.string().optional().catch(undefined),
  ssl3d: manifest.optional(),
});

/** Reads a package.json's text, or says in one clause why it cannot be used. */
export function parsePackageFile(text: string): PackageFile | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "its package.json is not valid JSON";
  }
  const result = packageFile.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return `its package.json has a wrong entry at "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "unknown"}`;
}
