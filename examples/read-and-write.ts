// Volumes without any training: read, orient, resample, change, bring back onto the input's own grid. Run it with
//   npx tsx --conditions=ssl3d-source examples/read-and-write.ts scan.nii.gz threshold.nii.gz
import { preprocessingOptions, validate } from "@ssl3d/core";
import { axisCodes, preprocess, readNifti, restoreGeometry, withVoxels, writeNifti } from "@ssl3d/data";
import { readFile, writeFile } from "node:fs/promises";

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) throw new Error("Give an input and an output file.");

const scan = await readNifti(await readFile(input), { file: input });
console.log(`${scan.size.join(" x ")} voxels of ${scan.spacing.map((mm) => mm.toFixed(2)).join(" x ")} mm, axes ${axisCodes(scan.affine)}`);

const options = validate(preprocessingOptions, { spacing: [3, 3, 3] }, "preprocessing");
const { volume, original } = preprocess(scan, options);
console.log(`as networks see it: ${volume.size.join(" x ")} voxels, z-scored`);

const bright = withVoxels(volume, Uint8Array.from(volume.voxels, (value) => (value > 1 ? 1 : 0)));
await writeFile(output, await writeNifti(restoreGeometry(bright, original, { interpolation: "nearest" })));
console.log(`${output} opens over ${input}`);
