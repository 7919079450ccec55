export { mostProbable, predictClasses, predictSlabs, predictVolume } from "./predict-volume.js";
export type { SlidingWindow, Slab } from "./predict-volume.js";
export type { Blending } from "./windows.js";
