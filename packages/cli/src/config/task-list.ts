import type { TaskChoiceInput } from "@ssl3d/core";
import { badOption } from "../errors.js";
import { text, type Options } from "../options.js";

/** Tasks as the command line has them: "rotation", or several with weights, "rotation:1,masked:0.5". */
export function taskList(options: Options, name: string): TaskChoiceInput | undefined {
  const value = text(options, name);
  if (value === undefined || !/[,:]/.test(value)) return value;
  return value.split(",").map((part) => {
    const [, task, weight] = /^([^:]+)(?::([^:]+))?$/.exec(part.trim()) ?? [];
    const factor = weight === undefined ? 1 : Number(weight);
    if (task === undefined || !(factor > 0)) throw badOption(name, "tasks with weights above 0, such as rotation:1,masked:0.5", value);
    return { name: task, weight: factor };
  });
}
