export { createProgram, run, type Streams } from "./program.js";
