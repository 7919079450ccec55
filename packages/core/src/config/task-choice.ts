import { z } from "zod";
import { named, type Named, type NamedInput } from "./named.js";

/** One task of a mix. */
export interface WeightedTask extends Named {
  /** Factor of its loss in the sum that is minimised. */
  readonly weight: number;
}

/** What an encoder is pretrained with: one proxy task, or several at once. */
export type TaskChoice = Named | readonly WeightedTask[];

/** What may be written: a task's name, `{ name, options }`, or a list of tasks, each with a weight. */
export type TaskChoiceInput = NamedInput | readonly (string | (Exclude<NamedInput, string> & { readonly weight?: number | undefined }))[];

const WEIGHT = 1;
const name = z.string().min(1);
const weightedTask: z.ZodType<WeightedTask, Exclude<TaskChoiceInput, NamedInput>[number]> = z.union([
  name.transform((text): WeightedTask => ({ name: text, weight: WEIGHT, options: {} })),
  z.strictObject({
    name,
    weight: z.number().positive().default(WEIGHT).describe("Factor of this task's loss in the sum that is minimised"),
    options: z.record(z.string(), z.unknown()).default({}),
  }),
]);

/** Reads `"rotation"` as `{ name: "rotation", options: {} }` and a list as a mix of tasks. */
export const taskChoice: z.ZodType<TaskChoice, TaskChoiceInput> = z.union([named, z.array(weightedTask).min(1).readonly()]);

/** The tasks of a choice; one by itself has weight 1. */
export function tasksOf(choice: TaskChoice): readonly WeightedTask[] {
  return isMix(choice) ? choice : [{ ...choice, weight: WEIGHT }];
}

/** "rotation", or "rotation + masked" for a mix. */
export function describeTasks(choice: TaskChoice): string {
  return tasksOf(choice).map((task) => task.name).join(" + ");
}

/** Whether a choice is a list of tasks. */
export function isMix(choice: TaskChoice): choice is readonly WeightedTask[] {
  return Array.isArray(choice);
}
