import { access, copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { brainCohortFiles, createBrainCohort } from "@ssl3d/data";
import { readAnatomy, writeFileAtomic } from "@ssl3d/node";
import { COHORTS, dataFolder, type ImageKind } from "./plan.js";

/** Makes the images of a kind of runs where they are not there yet. Photographs come from the file named. */
export async function makeData(folder: string, kind: ImageKind, photograph: string | undefined): Promise<void> {
  const place = dataFolder(folder, kind);
  const done = join(place, "complete");
  if (await access(done).then(() => true, () => false)) return;
  if (kind === "photograph") {
    await mkdir(join(place, "images"), { recursive: true });
    await copyFile(photograph!, join(place, "images", "fundus.jpg"));
  } else {
    const { size, ...counts } = COHORTS[kind];
    for (const part of ["unlabelled", "labelled"] as const) {
      console.log(`Making ${counts[part]} ${part} brains of ${size}^3 voxels ...`);
      const cohort = createBrainCohort({ anatomy: await readAnatomy("colin27"), size, labelled: part === "labelled" });
      for await (const { path, bytes } of brainCohortFiles(cohort, { count: counts[part], seed: `task runs/${part}` })) {
        await writeFileAtomic(join(place, part, path), bytes);
      }
    }
  }
  await writeFileAtomic(done, "");
}
