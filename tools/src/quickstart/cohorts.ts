import { brainCohortFiles, createBrainCohort, type AnatomyName } from "@ssl3d/data";
import { readAnatomy, writeFileAtomic } from "@ssl3d/node";
import { join } from "node:path";
import { cohortFolder, type Plan } from "./plan.js";

/** Makes the quickstart's three cohorts: training cases from one anatomy, test cases from another. */
export async function makeCohorts(plan: Plan): Promise<void> {
  const make = async (part: "unlabelled" | "labelled" | "test", anatomy: AnatomyName, count: number): Promise<void> => {
    const cohort = createBrainCohort({ anatomy: await readAnatomy(anatomy), size: plan.size, labelled: part !== "unlabelled" });
    const seed = `${plan.seed}/${part}`;
    for await (const { path, bytes } of brainCohortFiles(cohort, { count, seed })) {
      await writeFileAtomic(join(cohortFolder(plan, part), path), bytes);
    }
  };
  await make("unlabelled", "colin27", plan.unlabelled);
  await make("labelled", "colin27", plan.labelled);
  await make("test", "icbm152", plan.test);
}
