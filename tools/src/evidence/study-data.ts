import { BRATS_REGIONS, createRandom, type LabelledCase, type Random, type Volume } from "@ssl3d/core";
import { createBrainCohort, createPancreasCohort, withVoxels, type Cohort } from "@ssl3d/data";
import { readAnatomy } from "@ssl3d/node";
import type { Study } from "./study.js";

/** An image as the networks see it, with its label volume. */
export interface StudyCase extends LabelledCase {
  readonly image: Volume<Float32Array>;
  readonly truth: Volume<Uint8Array>;
}

/** A row of cases that are made when they are first asked for, and kept. */
export type Cases = (index: number) => StudyCase;

/** The volumes of a study. */
export interface StudyData {
  readonly pretraining: Cases;
  /** The cases that labelled subsets are drawn from. */
  readonly labelled: Cases;
  /** By name: cases of the same kind, and where there is one of another anatomy. */
  readonly tests: Readonly<Record<string, Cases>>;
  readonly channels: number;
  /** Values of the label volumes, the background first. */
  readonly labelValues: readonly number[];
  readonly regions: Readonly<Record<string, readonly number[]>>;
}

/** Makes the volumes of a study in memory. */
export async function openStudyData(study: Study): Promise<StudyData> {
  return study.cohort === "pancreas" ? pancreasData(study) : await brainData(study);
}

function pancreasData({ size }: Study): StudyData {
  const cohort = createPancreasCohort({ size });
  const cases = (part: string): Cases => casesOf(cohort, createRandom("evidence pancreas").split(part), windowed);
  return {
    pretraining: cases("pretraining"),
    labelled: cases("labelled"),
    tests: { pancreas: cases("test") },
    channels: 1,
    labelValues: [0, 1],
    regions: { "pancreas and lesion": [1] },
  };
}

/** Abdominal soft tissue, -160 to 240 HU, brought to -1 to 1; pancreas and lesion are one foreground. */
function windowed({ image, truth }: StudyCase): StudyCase {
  return {
    image: withVoxels(image, image.voxels.map((hu) => (Math.min(240, Math.max(-160, hu)) - 40) / 200)),
    truth: withVoxels(truth, truth.voxels.map((label) => Math.min(label, 1))),
  };
}

async function brainData({ size }: Study): Promise<StudyData> {
  const root = createRandom("evidence brain");
  const colin27 = createBrainCohort({ anatomy: await readAnatomy("colin27"), size });
  const icbm152 = createBrainCohort({ anatomy: await readAnatomy("icbm152"), size });
  const { WT, TC, ET } = BRATS_REGIONS;
  return {
    pretraining: casesOf(colin27, root.split("pretraining")),
    labelled: casesOf(colin27, root.split("labelled")),
    tests: { colin27: casesOf(colin27, root.split("test")), icbm152: casesOf(icbm152, root.split("test")) },
    channels: 4,
    labelValues: [0, 1, 2, 3],
    regions: { WT, TC, ET },
  };
}

function casesOf(cohort: Cohort<Volume<Uint8Array>>, random: Random, change: (made: StudyCase) => StudyCase = (made) => made): Cases {
  const known = new Map<number, StudyCase>();
  return (index) => {
    const found = known.get(index);
    if (found !== undefined) return found;
    const { image, truth } = cohort.case(index, random);
    if (truth === undefined) throw new Error("The study's cohorts are labelled.");
    const made = change({ image, truth });
    known.set(index, made);
    return made;
  };
}
