import type { TrainingOptions } from "./options.js";

/** The learning rate of a step. `step` counts from 0; warm-up rises linearly and reaches the peak in its last step. */
export function learningRateAt(step: number, options: TrainingOptions): number {
  const { learningRate, warmupSteps, steps, schedule } = options;
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  // 0 right after the warm-up, 1 in the last step
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - 1 - warmupSteps));
  switch (schedule.name) {
    case "constant":
      return learningRate;
    case "cosine":
      return learningRate * between(schedule.finalFraction, 0.5 * (1 + Math.cos(Math.PI * progress)));
    case "polynomial":
      return learningRate * between(schedule.finalFraction, (1 - progress) ** schedule.power);
    default:
      return schedule satisfies never;
  }
}

function between(finalFraction: number, remaining: number): number {
  return finalFraction + (1 - finalFraction) * remaining;
}
