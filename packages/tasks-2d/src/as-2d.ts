import { defineTask, type Example, type TaskPlugin } from "@ssl3d/core";
import { z } from "zod";

/**
 * A task for images only, with defaults of its own; everything else is the task's, its documentation of options included.
 *
 * @param name e.g. "jigsaw-2d"
 * @param schema the task's options, a zod object
 * @param defaults options whose default differs
 */
export function as2d<const Name extends string, Options, Input, E extends Example>(
  task: TaskPlugin<string, Options, E>,
  name: Name,
  schema: z.ZodType<Options, Input>,
  defaults: Partial<Options>,
): TaskPlugin<Name, Options, E> {
  return defineTask({ ...task, name, summary: `${task.summary} (2D)`, ranks: [2], options: withDefaults(schema, defaults) });
}

function withDefaults<Options, Input>(schema: z.ZodType<Options, Input>, defaults: Partial<Options>): z.ZodType<Options, Input> {
  if (!(schema instanceof z.ZodObject)) throw new TypeError("A task's options are expected to be a zod object.");
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  const fields = Object.entries(defaults).map(([name, value]) => {
    const field = shape[name];
    if (field === undefined) throw new TypeError(`The task has no option "${name}".`);
    return [name, field.default(value).describe(field.description ?? "")] as const;
  });
  return schema.extend(Object.fromEntries(fields)) as unknown as z.ZodType<Options, Input>;
}
