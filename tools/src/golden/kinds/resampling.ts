import type { GoldenKind } from "../golden-kind.js";

export const RESAMPLING_KINDS: readonly GoldenKind[] = [];
