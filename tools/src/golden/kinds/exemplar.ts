import type { GoldenKind } from "../golden-kind.js";

export const EXEMPLAR_KINDS: readonly GoldenKind[] = [];
