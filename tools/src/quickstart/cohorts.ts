import { createPancreasCohort, pancreasCohortFiles } from "@ssl3d/data";
import { writeFileAtomic } from "@ssl3d/node";
import { join } from "node:path";
import { cohortFolder, COHORT_PARTS, type Plan } from "./plan.js";

/** Makes the quickstart's three cohorts of synthetic abdominal CT. */
export async function makeCohorts(plan: Plan): Promise<void> {
  for (const part of COHORT_PARTS) {
    const cohort = createPancreasCohort({ size: plan.size, labelled: part !== "unlabelled" });
    for await (const { path, bytes } of pancreasCohortFiles(cohort, { count: plan[part], seed: `${plan.seed}/${part}` })) {
      await writeFileAtomic(join(cohortFolder(plan, part), path), bytes);
    }
  }
}
