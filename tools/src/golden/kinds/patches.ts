import type { GoldenKind } from "../golden-kind.js";
import { patchGrids } from "./patch-grids.js";
import { jigsawPuzzles } from "./patches-jigsaw.js";
import { relativePatchLocation } from "./patches-rpl.js";

/** What is cut into patches. */
export const PATCH_KINDS: readonly GoldenKind[] = [patchGrids, relativePatchLocation, jigsawPuzzles];
