import type { TaskPlugin } from "@ssl3d/core";
import { varyIntensity } from "@ssl3d/data";
import type { Pretraining } from "./study.js";

/** The task with its labels or its images changed as a control or a variant asks. */
export function changedTask(task: TaskPlugin, change: Pretraining["change"]): TaskPlugin {
  switch (change) {
    case undefined:
      return task;
    case "shuffled labels":
      return {
        ...task,
        example: (volume, options, random, companions) => {
          const example = task.example(volume, options, random, companions);
          const other = task.example(volume, options, random.split("another draw"), companions);
          if (!("label" in example)) throw new Error(`The examples of "${task.name}" have no label to shuffle.`);
          return { ...example, label: other["label"]! };
        },
      };
    case "varied intensities":
      return {
        ...task,
        example: (volume, options, random, companions) => {
          const draw = random.split("intensity");
          const variation = {
            gamma: Math.exp(draw.uniform(-0.4, 0.4)),
            contrast: draw.uniform(0.6, 1.4),
            brightness: draw.uniform(-0.4, 0.4),
            noise: 0.1,
          };
          return task.example(varyIntensity(volume, variation, draw), options, random, companions);
        },
      };
    default:
      return change satisfies never;
  }
}
