import type { GoldenKind } from "../golden-kind.js";

export const BATCH_KINDS: readonly GoldenKind[] = [];
