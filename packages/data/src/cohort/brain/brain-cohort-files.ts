import { createRandom, type Volume } from "@ssl3d/core";
import { writeNifti } from "../../nifti/write-nifti.js";
import { createVolume, voxelCount } from "../../volume/volume.js";
import type { CohortFile, CohortRequest } from "../cohort.js";
import { anatomyLicence } from "./anatomy-licence.js";
import { STORED_STEP } from "./brain-card.js";
import type { BrainCohort } from "./brain-cohort.js";
import { CONTRASTS } from "./contrast.js";

const DESCRIPTION = "ssl3d synthetic brain";

/**
 * The files of a brain cohort in the BraTS layout, one at a time: README.md (the data set card), LICENSE.md, then
 * CASE/CASE_t1.nii.gz, _t1ce, _t2, _flair and, where the cohort is labelled, _seg. Only one case is in memory. The same
 * cohort, seed and case number give the same bytes, whatever the count.
 */
export async function* brainCohortFiles(
  cohort: BrainCohort,
  request: CohortRequest,
): AsyncGenerator<CohortFile, void, undefined> {
  const text = new TextEncoder();
  yield { path: "README.md", bytes: text.encode(cohort.card(request)) };
  yield { path: "LICENSE.md", bytes: text.encode(anatomyLicence(cohort.anatomy)) };
  const random = createRandom(request.seed);
  const { first = 0, count } = request;
  for (let index = first; index < first + count; index++) {
    const { id, image, truth } = cohort.case(index, random);
    for (const [channel, name] of Object.keys(CONTRASTS).entries()) {
      const bytes = await writeNifti(oneChannel(image, channel), {
        type: "int16",
        slope: STORED_STEP,
        description: DESCRIPTION,
      });
      yield { path: `${id}/${id}_${name}.nii.gz`, bytes };
    }
    if (truth !== undefined)
      yield { path: `${id}/${id}_seg.nii.gz`, bytes: await writeNifti(truth, { description: DESCRIPTION }) };
  }
}

function oneChannel(image: Volume<Float32Array>, channel: number): Volume<Float32Array> {
  const voxels = new Float32Array(voxelCount(image.size));
  for (let i = 0, at = channel; i < voxels.length; i++, at += image.channels) voxels[i] = image.voxels[at]!;
  return createVolume({ ...image, voxels, channels: 1 });
}
