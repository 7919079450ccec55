import type { GoldenKind } from "./golden-kind.js";
import { APPLICATION_KINDS } from "./kinds/applications.js";
import { BATCH_KINDS } from "./kinds/batches.js";
import { CLASSIFICATION_KINDS } from "./kinds/classification.js";
import { conversion } from "./kinds/conversion.js";
import { CPC_KINDS } from "./kinds/cpc.js";
import { encoder } from "./kinds/encoder.js";
import { EXEMPLAR_KINDS } from "./kinds/exemplar.js";
import { finetunedUnet } from "./kinds/finetuned-unet.js";
import { PATCH_KINDS } from "./kinds/patches.js";
import { proxyClassifier } from "./kinds/proxy-classifier.js";
import { RESAMPLING_KINDS } from "./kinds/resampling.js";
import { rotationLabels } from "./kinds/rotation.js";
import { segmentationLoss } from "./kinds/segmentation-loss.js";
import { trainingStep } from "./kinds/training-step.js";

/** Every kind of golden check. */
export const GOLDEN_KINDS: readonly GoldenKind[] = [
  conversion,
  encoder,
  finetunedUnet,
  proxyClassifier,
  rotationLabels,
  segmentationLoss,
  trainingStep,
  ...APPLICATION_KINDS,
  ...BATCH_KINDS,
  ...CLASSIFICATION_KINDS,
  ...CPC_KINDS,
  ...EXEMPLAR_KINDS,
  ...PATCH_KINDS,
  ...RESAMPLING_KINDS,
];
