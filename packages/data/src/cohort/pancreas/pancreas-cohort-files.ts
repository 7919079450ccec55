import { createRandom } from "@ssl3d/core";
import { writeNifti } from "../../nifti/write-nifti.js";
import type { CohortFile, CohortRequest } from "../cohort.js";
import { PANCREAS_LICENCE } from "./pancreas-card.js";
import type { PancreasCohort } from "./pancreas-cohort.js";
import { LABEL } from "./pancreas.js";

const DESCRIPTION = "ssl3d synthetic abdominal CT";

/**
 * The files of a pancreas cohort in the layout of the Medical Segmentation Decathlon, one at a time: README.md (the data
 * set card), LICENSE.md, imagesTr/CASE.nii.gz and labelsTr/CASE.nii.gz (imagesTs/CASE.nii.gz alone where the cohort is not
 * labelled), and dataset.json at the end. Only one case is in memory. The same cohort, seed and case number give the same
 * bytes, whatever the count.
 */
export async function* pancreasCohortFiles(
  cohort: PancreasCohort,
  request: CohortRequest,
): AsyncGenerator<CohortFile, void, undefined> {
  const text = new TextEncoder();
  yield { path: "README.md", bytes: text.encode(cohort.card(request)) };
  yield { path: "LICENSE.md", bytes: text.encode(PANCREAS_LICENCE) };
  const random = createRandom(request.seed);
  const { first = 0, count } = request;
  const training: { image: string; label: string }[] = [];
  const test: string[] = [];
  for (let index = first; index < first + count; index++) {
    const { id, image, truth } = cohort.case(index, random);
    const bytes = await writeNifti(image, { type: "int16", description: DESCRIPTION });
    const file = `${id}.nii.gz`;
    if (truth === undefined) {
      test.push(`./imagesTs/${file}`);
      yield { path: `imagesTs/${file}`, bytes };
    } else {
      training.push({ image: `./imagesTr/${file}`, label: `./labelsTr/${file}` });
      yield { path: `imagesTr/${file}`, bytes };
      yield { path: `labelsTr/${file}`, bytes: await writeNifti(truth, { description: DESCRIPTION }) };
    }
  }
  const description = {
    name: "Synthetic pancreas",
    description: "SYNTHETIC abdominal CT with pancreas and lesion; README.md says how it was made",
    reference: "ssl3d data cohort pancreas",
    licence: "CC0 1.0",
    release: "1",
    tensorImageSize: "3D",
    modality: { "0": "CT" },
    labels: Object.fromEntries(Object.entries(LABEL).map(([name, value]) => [String(value), name])),
    numTraining: training.length,
    numTest: test.length,
    training,
    test,
  };
  yield { path: "dataset.json", bytes: text.encode(`${JSON.stringify(description, null, 2)}\n`) };
}
