import type { GoldenKind } from "../golden-kind.js";

export const CPC_KINDS: readonly GoldenKind[] = [];
