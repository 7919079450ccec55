import type { Affine, Volume } from "@ssl3d/core";
import { sampleTrilinear } from "../cohort/fields/trilinear.js";
import type { Interpolation } from "../transform/interpolate.js";
import { multiplyAffines } from "../volume/affine.js";
import { withDepth, type Grid } from "../volume/grid.js";
import { toFloat32 } from "../volume/volume.js";
import { allocateLike } from "../volume/voxel-type.js";

/**
 * Rotates a volume about its centre by any angle, in mm, so that voxels that are not cubes are not sheared. Size and
 * spacing stay; what turns in from outside is 0; the affine follows.
 * @param degrees angles about the depth, height and width axis, applied in this order; for an image one angle
 * @param interpolation "linear" (float32) for images, "nearest" for labels
 */
export function rotate(volume: Volume, degrees: readonly number[], interpolation: Interpolation = "linear"): Volume {
  return applyRotation(volume, planRotation(volume, degrees), interpolation);
}

/** Where the voxels of a rotated grid come from: worked out once for an image and its labels. */
export interface RotationPlan {
  /** (depth, height, width) of every new voxel, in voxels of the old grid. */
  readonly positions: Float32Array;
  readonly affine: Affine;
}

/** The rotation of a grid by the angles of {@link rotate}. */
export function planRotation(grid: Grid, degrees: readonly number[]): RotationPlan {
  const size = withDepth(grid.size, 1);
  const matrix = indexRotation(grid.size.length === 2 ? [degrees[0]!, 0, 0] : degrees, withDepth(grid.spacing, 1));
  const centre = size.map((length) => (length - 1) / 2);
  return {
    positions: samplePositions(size, matrix, centre),
    affine: multiplyAffines(grid.affine, indexAffine(matrix, centre)),
  };
}

/** Rotates a volume on the grid that the plan was made for. */
export function applyRotation(volume: Volume, { positions, affine }: RotationPlan, interpolation: Interpolation): Volume {
  const size = withDepth(volume.size, 1);
  const voxels = interpolation === "linear" ? readLinear(volume, size, positions) : readNearest(volume, size, positions);
  return { ...volume, voxels, affine };
}

/** Row-major 3x3 matrix from new to old voxel offsets from the centre, in (depth, height, width). */
function indexRotation(degrees: readonly number[], spacing: readonly number[]): number[] {
  let rotation = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  degrees.forEach((angle, axis) => {
    const cos = Math.cos((angle * Math.PI) / 180);
    const sin = Math.sin((angle * Math.PI) / 180);
    const first = (axis + 1) % 3;
    const second = (axis + 2) % 3;
    const turn = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    turn[first * 3 + first] = cos;
    turn[first * 3 + second] = -sin;
    turn[second * 3 + first] = sin;
    turn[second * 3 + second] = cos;
    rotation = turn.map((_, at) => [0, 1, 2].reduce((sum, k) => sum + turn[at - (at % 3) + k]! * rotation[k * 3 + (at % 3)]!, 0));
  });
  // the inverse of a rotation is its transpose
  return rotation.map((_, at) => {
    const row = Math.floor(at / 3);
    const column = at % 3;
    return (rotation[column * 3 + row]! * spacing[column]!) / spacing[row]!;
  });
}

function samplePositions(size: readonly number[], matrix: readonly number[], centre: readonly number[]): Float32Array {
  const [depth, height, width] = size as [number, number, number];
  const positions = new Float32Array(depth * height * width * 3);
  for (let axis = 0; axis < 3; axis++) {
    const [alongDepth, alongHeight, step] = matrix.slice(axis * 3, axis * 3 + 3) as [number, number, number];
    const last = size[axis]! - 1;
    let to = axis;
    for (let k = 0; k < depth; k++) {
      for (let j = 0; j < height; j++) {
        const middle = centre[axis]! + alongDepth * (k - centre[0]!) + alongHeight * (j - centre[1]!);
        const start = middle - step * centre[2]!;
        for (let i = 0; i < width; i++, to += 3) {
          const position = start + step * i;
          // a voxel reaches half its width beyond its centre, for images as for labels: both must end at the same place
          if (position < 0 && position >= -0.5) positions[to] = 0;
          else if (position > last && position <= last + 0.5) positions[to] = last;
          else positions[to] = position;
        }
      }
    }
  }
  return positions;
}

function readLinear(volume: Volume, size: readonly number[], positions: Float32Array): Float32Array {
  const result = new Float32Array(volume.voxels.length);
  sampleTrilinear({ values: toFloat32(volume).voxels, size, channels: volume.channels }, positions, result, "zero");
  return result;
}

function readNearest({ voxels, channels }: Volume, size: readonly number[], positions: Float32Array): Volume["voxels"] {
  const [depth, height, width] = size as [number, number, number];
  const result = allocateLike(voxels, voxels.length);
  for (let at = 0, to = 0; at < positions.length; at += 3, to += channels) {
    const k = Math.round(positions[at]!);
    const j = Math.round(positions[at + 1]!);
    const i = Math.round(positions[at + 2]!);
    if (k < 0 || j < 0 || i < 0 || k >= depth || j >= height || i >= width) continue;
    const from = ((k * height + j) * width + i) * channels;
    for (let channel = 0; channel < channels; channel++) result[to + channel] = voxels[from + channel]!;
  }
  return result;
}

/** The same map as a 4x4 matrix on (i, j, k, 1). */
function indexAffine(matrix: readonly number[], centre: readonly number[]): Affine {
  const rows = [2, 1, 0].map((row) => {
    const entries = [2, 1, 0].map((column) => matrix[row * 3 + column]!);
    const shift = [0, 1, 2].reduce((sum, column) => sum - matrix[row * 3 + column]! * centre[column]!, centre[row]!);
    return [...entries, shift];
  });
  return [...rows.flat(), 0, 0, 0, 1];
}
