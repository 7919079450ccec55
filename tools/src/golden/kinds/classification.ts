import type { GoldenKind } from "../golden-kind.js";

export const CLASSIFICATION_KINDS: readonly GoldenKind[] = [];
