import { DATA_KEYS } from "./data-keys.js";
import { ENCODER_KEYS } from "./encoder-keys.js";
import type { OriginalKey } from "./original-key.js";
import { TASK_KEYS } from "./task-keys.js";

/** Every key that the original's training read, and what becomes of it: the one place of this mapping. */
export const ORIGINAL_KEYS: readonly OriginalKey[] = [...TASK_KEYS, ...ENCODER_KEYS, ...DATA_KEYS];
