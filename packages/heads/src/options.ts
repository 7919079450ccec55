import { z } from "zod";
import type { Regions } from "./regions.js";

/** How training examples are varied at random. */
export interface Augmentation {
  readonly flip: readonly number[];
  readonly rotate: "none" | "right-angle" | "free";
  readonly intensity: number;
}
