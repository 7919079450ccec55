import type { GoldenKind } from "./golden-kind.js";
import { encoder } from "./kinds/encoder.js";
import { finetunedUnet } from "./kinds/finetuned-unet.js";
import { proxyRotation } from "./kinds/proxy-rotation.js";
import { rotationLabels } from "./kinds/rotation.js";
import { segmentationLoss } from "./kinds/segmentation-loss.js";
import { trainingStep } from "./kinds/training-step.js";

/** Every kind of golden check. */
export const GOLDEN_KINDS: readonly GoldenKind[] = [
  encoder,
  finetunedUnet,
  proxyRotation,
  rotationLabels,
  segmentationLoss,
  trainingStep,
];
