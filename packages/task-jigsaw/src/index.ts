export { jigsaw, type JigsawExample } from "./jigsaw.js";
export { jigsawOptions, type JigsawInput, type JigsawOptions } from "./options.js";
export { distantPermutations } from "./distant-permutations.js";
export { jigsawPermutations } from "./permutations.js";
