import type { GoldenKind } from "../golden-kind.js";
import { classificationScores } from "./classification-scores.js";
import { denseHead } from "./classification-head.js";
import { labelEncodings } from "./classification-labels.js";

export const CLASSIFICATION_KINDS: readonly GoldenKind[] = [classificationScores, labelEncodings, denseHead];
