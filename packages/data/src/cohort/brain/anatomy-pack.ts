import { readNifti } from "../../nifti/read-nifti.js";
import { anatomyPackError } from "../errors.js";
import { ANATOMIES, type AnatomyName } from "./anatomies.js";
import { TISSUES } from "./tissue.js";

/** A real brain to make cases from, centred on its grid. */
export interface AnatomyPack {
  readonly name: AnatomyName;
  /**
   * Four values per voxel, [depth, height, width, 4]: probability of cerebrospinal fluid, grey matter and white matter, and
   * what the T1 scan shows beyond the mean of these tissues, in units of about half its white matter's brightness.
   */
  readonly values: Float32Array;
  /** [depth, height, width] in voxels. */
  readonly size: readonly number[];
  readonly channels: typeof TISSUES;
  /** In mm. */
  readonly spacing: readonly number[];
}

/**
 * Reads one of the anatomies that this package ships in its `assets` folder, from the file's bytes ({@link ANATOMIES} has
 * the file names).
 * @throws SSL3D_NIFTI_* where the file is damaged, SSL3D_COHORT_ANATOMY where it is not an anatomy pack
 */
export async function readAnatomyPack(name: AnatomyName, bytes: Uint8Array): Promise<AnatomyPack> {
  const anatomy = ANATOMIES[name];
  const { voxels, size, channels, spacing } = await readNifti(bytes, { file: anatomy.file });
  if (channels !== TISSUES || !(voxels instanceof Uint8Array)) {
    throw anatomyPackError(anatomy.file, channels, voxels.constructor.name);
  }
  const values = new Float32Array(voxels.length);
  const [fluidMean, greyMean, whiteMean] = anatomy.tissueMeans;
  for (let at = 0; at < values.length; at += TISSUES) {
    const fluid = voxels[at]! / 255;
    const grey = voxels[at + 1]! / 255;
    const white = voxels[at + 2]! / 255;
    const expected = fluid * fluidMean + grey * greyMean + white * whiteMean;
    values[at] = fluid;
    values[at + 1] = grey;
    values[at + 2] = white;
    values[at + 3] = (voxels[at + 3]! * anatomy.t1Scale - expected) / anatomy.textureScale;
  }
  return { name, values, size, channels, spacing };
}
