export { rpl, type RplExample } from "./rpl.js";
export { rplOptions, type RplInput, type RplOptions } from "./options.js";
export { describeNeighbour, middlePatch, neighbourCount, neighbourPatch, patchPosition } from "./neighbours.js";
