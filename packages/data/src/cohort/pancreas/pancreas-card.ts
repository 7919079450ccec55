import type { CohortRequest } from "../cohort.js";
import { LABEL } from "./pancreas.js";
import type { PancreasCohortOptions } from "./pancreas-options.js";

/** Terms of a pancreas cohort, in Markdown. */
export const PANCREAS_LICENCE: string = `# Licence

These volumes are drawn by a program from random numbers. They hold no patient's data and nothing of anybody's images.
They are dedicated to the public domain under CC0 1.0 Universal (https://creativecommons.org/publicdomain/zero/1.0/):
to the extent possible under law, their makers waive all copyright and related rights. They come without any warranty.
`;

/** The data set card of a pancreas cohort, in Markdown. */
export function pancreasCard(options: PancreasCohortOptions, { count, seed, first = 0 }: CohortRequest): string {
  const { size, fieldOfViewMm, labelled } = options;
  const spacing = fieldOfViewMm.map((mm) => (mm / size).toFixed(2)).join(" x ");
  const files = labelled
    ? `- \`imagesTr/CASE.nii.gz\`: attenuation in HU, whole numbers (int16).
- \`labelsTr/CASE.nii.gz\`: ${LABEL.background} background, ${LABEL.pancreas} pancreas, ${LABEL.lesion} lesion.`
    : `- \`imagesTs/CASE.nii.gz\`: attenuation in HU, whole numbers (int16). No truth was written: this cohort is for pretraining
  (read it with the data set option \`cases: "test"\` or \`"all"\`). The images hold pancreases and lesions.`;
  return `# SYNTHETIC abdominal CT: pancreas and lesion

**This data set is synthetic.** No patient was scanned: organs were drawn as simple shapes by a recipe. It is for demonstrations, tests and
method development; it is no evidence of performance on patients, and nothing trained on it is fit for clinical use. Every table or
figure made from it must say "synthetic".

- Cases: ${count}, numbers ${first} to ${first + count - 1}; seed ${JSON.stringify(seed)}. Case n depends on the seed, n and the options alone.
- Grid: ${size} x ${size} x ${size} voxels of ${spacing} mm [depth x height x width], axes RAS, the world's origin in the middle of the grid.

## Files

The layout of the Medical Segmentation Decathlon, with its \`dataset.json\`:

${files}

## Recipe

1. Body: a warped superellipse of skin, fat and muscle wall with ribs; spine with discs, back muscles; fat between the organs.
2. Organs: liver with vessels, gallbladder, spleen, kidneys with cortex and medulla, stomach with an air-fluid level, aorta and
   vena cava; places, sizes and contrast vary from case to case.
3. Pancreas: an uneven tube along a bent course from the duodenum to the spleen, one connected piece, lobulated by fat; splenic and superior
   mesenteric vessels behind it; bowel loops around it.
4. Lesion in most cases, mostly in the head: ductal carcinoma (darker, often with a dilated duct behind it), cyst or neuroendocrine tumour (brighter).
5. Scan: blur, more of it across slices, and correlated noise.

## What it is not

- Organs are smooth shapes at their textbook places: far less variety than in patients, and no disease but the lesion.
- Pretraining and fine-tuning on it share a generator, which makes gains look better than they would be on patients.
- The pancreas is as bright as liver, muscle and bowel wall: the best window of HU finds it with a Dice of less than .1. A network must use
  where things lie; a method that looks at brightness alone fails here, as it would not on the brain tumour cohort.

## Licence

CC0 1.0: public domain, see LICENSE.md.

## Options

\`\`\`json
${JSON.stringify(options, null, 2)}
\`\`\`
`;
}
