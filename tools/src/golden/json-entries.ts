import { findDescriptors, type GoldenFolder } from "./golden-folder.js";

/** One named object of a JSON file that holds several cases. */
export interface JsonEntry {
  /** Path of the file without extension. */
  readonly stem: string;
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** All objects directly within any JSON file in which every one of the fields given is present. */
export async function findJsonEntries(folder: GoldenFolder, fields: readonly string[]): Promise<JsonEntry[]> {
  const descriptors = await findDescriptors(folder, []);
  return descriptors.flatMap(({ stem, json }) =>
    Object.entries(json)
      .filter((entry): entry is [string, JsonEntry["value"]] => hasFields(entry[1], fields))
      .map(([key, value]) => ({ stem, key, value })),
  );
}

function hasFields(value: unknown, fields: readonly string[]): boolean {
  return typeof value === "object" && value !== null && fields.every((field) => field in value);
}
