import { z } from "zod";

/** A plugin by name, with the options that its own schema checks. */
export interface Named {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A plugin in a configuration: its name, or its name and options. */
export type NamedInput = string | { readonly name: string; readonly options?: Readonly<Record<string, unknown>> | undefined };

const name = z.string().min(1);
const options = z.record(z.string(), z.unknown()).default({});

/** Reads `"rotation"` as `{ name: "rotation", options: {} }`. */
export const named: z.ZodType<Named, NamedInput> = z.union([
  name.transform((text): Named => ({ name: text, options: {} })),
  z.strictObject({ name, options }),
]);
