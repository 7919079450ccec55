import { validate } from "@ssl3d/core";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { createCheck, ensure, type Check } from "./check.js";

/** Options as they are written, resolved by the plugin's schema. */
export function resolveOptions<Options>(
  plugin: { readonly name: string; readonly options: StandardSchemaV1<unknown, Options> },
  written: unknown,
): Options {
  return validate(plugin.options, written, `the options of "${plugin.name}"`);
}

/** Checks that hold for the options of every plugin. */
export function checkOptions(plugin: { readonly name: string; readonly options: StandardSchemaV1 }, written: unknown): Check {
  return createCheck("options survive JSON and resolve to themselves", () => {
    const resolved = JSON.stringify(resolveOptions(plugin, written));
    const again = JSON.stringify(resolveOptions(plugin, JSON.parse(resolved)));
    ensure(again === resolved, `expected ${resolved}, received ${again}`);
  });
}
