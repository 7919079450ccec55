import { convolutionWorkload } from "./convolution-workload.js";
import { exemplarWorkload } from "./exemplar-workload.js";
import { patchClassifierWorkload } from "./patch-classifier-workload.js";
import { predictiveCodingWorkload } from "./predictive-coding-workload.js";
import { unetWorkload } from "./unet-workload.js";
import type { WorkloadPlan } from "./workload.js";

/** Channels of the first level in all networks. */
const FILTERS = 16;

/** The U-Net's training step at growing sizes; the largest with a batch of one, also with blocks computed again to save memory. */
export const UNET_WORKLOADS: readonly WorkloadPlan[] = [
  ...[32, 48, 64, 96].map((size) => unetWorkload({ size, batch: 2, filters: FILTERS })),
  unetWorkload({ size: 128, batch: 1, filters: FILTERS }),
  unetWorkload({ size: 128, batch: 1, filters: FILTERS, recompute: true }),
];

/**
 * Training steps of the five proxy tasks on volumes of 128^3, with the original's published patches (39^3 of a 3x3x3 grid with
 * jitter, 32^3 of a 4x4x4 grid), widths and dropout. The batches are smaller than published, for a step of seconds.
 */
export const TASK_WORKLOADS: readonly WorkloadPlan[] = [
  patchClassifierWorkload({ name: "rotation-128", patches: 1, side: 128, classes: 10, batch: 2 }),
  patchClassifierWorkload({ name: "rpl-128", patches: 2, side: 39, classes: 26, batch: 16 }),
  patchClassifierWorkload({ name: "jigsaw-128", patches: 27, side: 39, classes: 100, batch: 2 }),
  predictiveCodingWorkload({ name: "cpc-128", side: 32, contextTerms: 10, predictionTerms: 2, batch: 8 }),
  exemplarWorkload({ name: "exemplar-128", side: 128, batch: 1 }),
];

/** Everything that `bench` knows. */
export const WORKLOADS: readonly WorkloadPlan[] = [
  ...UNET_WORKLOADS,
  ...TASK_WORKLOADS,
  ...[64, 32, 16].flatMap((size) => (["forward", "data-gradient", "filter-gradient"] as const).map((pass) => convolutionWorkload(pass, size))),
];

/** The workload of that name. @throws RangeError where there is none. */
export function findWorkload(name: string): WorkloadPlan {
  const plan = WORKLOADS.find((workload) => workload.name === name);
  if (plan === undefined) throw new RangeError(`Unknown workload "${name}"; there are ${WORKLOADS.map((workload) => workload.name).join(", ")}.`);
  return plan;
}
