import type { GoldenKind } from "../golden-kind.js";

export const APPLICATION_KINDS: readonly GoldenKind[] = [];
