import type { GoldenKind } from "../golden-kind.js";
import { cpcPatches } from "./cpc-patches.js";
import { cpcSizes } from "./cpc-sizes.js";
import { cpcTables } from "./cpc-tables.js";
import { pairLosses } from "./pair-losses.js";
import { proxyCpc } from "./proxy-cpc.js";

export const CPC_KINDS: readonly GoldenKind[] = [cpcPatches, cpcSizes, cpcTables, pairLosses, proxyCpc];
