import type { GoldenKind } from "../golden-kind.js";

export const PATCH_KINDS: readonly GoldenKind[] = [];
