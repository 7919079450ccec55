import type { CohortRequest } from "../cohort.js";
import { ANATOMIES, type AnatomyName } from "./anatomies.js";
import type { BrainCohortOptions } from "./brain-options.js";
import { CONTRASTS } from "./contrast.js";
import { LABEL } from "./tumour.js";

/** Voxels are stored as whole multiples of this: 1/256 of the brain's standard deviation, far below the noise. */
export const STORED_STEP: number = 1 / 256;

/** The data set card of a brain cohort, in Markdown. */
export function brainCard(
  name: AnatomyName,
  options: BrainCohortOptions,
  { count, seed, first = 0 }: CohortRequest,
): string {
  const { title, attribution } = ANATOMIES[name];
  const { size, fieldOfViewMm, labelled } = options;
  const spacing = (fieldOfViewMm / size).toFixed(2);
  const files = [...Object.keys(CONTRASTS), ...(labelled ? ["seg"] : [])].map((part) => `CASE_${part}.nii.gz`);
  const truth = labelled
    ? `- \`CASE_seg.nii.gz\`: ${LABEL.background} background, ${LABEL.necrosis} necrotic and non-enhancing core (NCR), ${LABEL.oedema} oedema (ED), ${LABEL.enhancing} enhancing tumour (ET). These are BraTS 2023's numbers; BraTS 2021 calls ET 4. Whole tumour = 1, 2 and 3; tumour core = 1 and 3.`
    : "- No truth was written: this cohort is for pretraining. The images hold tumours.";
  return `# SYNTHETIC brain tumours on ${name}

**This data set is synthetic.** No patient was scanned. A real brain (${title}) was warped, tumours were drawn into it and four MRI
contrasts were painted by a recipe. It is for demonstrations, tests and method development; it is no evidence of
performance on patients, and nothing trained on it is fit for clinical use. Every table or figure made from it must say "synthetic".

- Cases: ${count}, numbers ${first} to ${first + count - 1}; seed ${JSON.stringify(seed)}. Case n depends on the seed, n and the options alone.
- Grid: ${size} x ${size} x ${size} voxels of ${spacing} mm, axes RAS, the world's origin in the middle of the grid, which lies near the brain's centre (not MNI space).

## Files

One folder a case in the BraTS layout, \`CASE/${files.join("`, `")}\`:

- t1, t1ce (after contrast agent), t2, flair: z-scored inside the brain, exactly 0 outside. Stored as int16 with a slope of 1/256: less than
  half of float32's size after compression, with a rounding error of at most ${(STORED_STEP / 2).toFixed(3)} standard deviations, below the noise.
${truth}

## Recipe

1. Head: random rotation, scale, shear, shift and left-right mirror, and a diffeomorphic warp, of the anatomy's tissue maps and T1 texture.
2. Tumour site: deep in the brain, mostly in white matter, above the lowest 30 % of the brain; tissue is pushed outwards around it.
3. Regions: a noisy ellipsoidal distance bounds a core (necrosis inside an enhancing ring with gaps, or in low grade a solid core with
   few enhancing spots) and oedema that follows white matter; one connected piece.
4. Contrast: soft mixture of tissue and region means, jittered from case to case; the scan's real texture; synthetic texture;
   0 to a few bright white-matter spots that carry no label.
5. Acquisition, for each contrast on its own: gamma, coil shading, blur (one axis more), Rician noise, clipping, z-score.

## What it is not

- All cases share one anatomy: variation between people is only what the warp makes. Hold out the other anatomy to see a shift.
- Pretraining and fine-tuning on it share a generator, which makes gains look better than they would be on patients.
- A single threshold finds much of the tumour (over such cases about .75 Dice for whole tumour from FLAIR, .4 for enhancing tumour
  from T1ce, .2 for whole tumour from T2): a network must beat that.

## Licence and attribution

Made from ${title}. Please cite: ${attribution}
Use, modification and redistribution are permitted, also commercially, if LICENSE.md stays with every copy.

## Options

\`\`\`json
${JSON.stringify({ anatomy: name, ...options }, null, 2)}
\`\`\`
`;
}
