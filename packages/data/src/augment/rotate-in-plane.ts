import type { Volume, VoxelArray } from "@ssl3d/core";
import { cubicTaps, filterCubic } from "../transform/cubic-taps.js";
import type { Interpolation } from "../transform/interpolate.js";
import { IDENTITY, multiplyAffines, spacingOf } from "../volume/affine.js";
import { toFloat32 } from "../volume/volume.js";
import { allocateLike } from "../volume/voxel-type.js";

/** How values between voxels are found; "cubic" is the cubic B-spline through all voxels, which overshoots at sharp edges. */
export type SplineInterpolation = Interpolation | "cubic";

/**
 * Rotates a volume about its centre in the plane of two spatial axes, in voxels: scipy.ndimage.rotate with its size kept.
 * What lies beyond the outermost voxels' centres is 0. Where spacings differ along the two axes, anatomy is sheared; the
 * affine follows.
 * @param degrees from the plane's second axis towards its first
 * @param interpolation "linear" and "cubic" give float32, "nearest" keeps the number format
 */
export function rotateInPlane(volume: Volume, plane: readonly [number, number], degrees: number, interpolation: SplineInterpolation): Volume {
  const [a, b] = plane[0] < plane[1] ? plane : [plane[1], plane[0]];
  const turn = turnOf(volume.size, [a, b], plane[0] < plane[1] ? degrees : -degrees);
  const shape = [...volume.size, volume.channels];
  const source = coefficientsOf(volume, shape, [a, b], interpolation);
  const voxels = allocateLike(source, source.length);
  const stride = (axis: number): number => shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const taps = planTaps(shape[a]!, shape[b]!, stride(a), stride(b), turn, interpolation);
  const [blocks, rows] = [source.length / (shape[a]! * stride(a)), stride(a) / (shape[b]! * stride(b))];
  for (let block = 0; block < blocks; block++) {
    for (let row = 0; row < rows; row++) {
      readPlane(source, voxels, block * shape[a]! * stride(a) + row * shape[b]! * stride(b), stride(b), taps);
    }
  }
  const affine = multiplyAffines(volume.affine, indexAffine(volume.size.length, [a, b], turn));
  return { ...volume, voxels, affine, spacing: volume.size.length === 2 ? volume.spacing : spacingOf(affine) };
}

/** Where samples come from: offsets (o_a, o_b) from the centre lie at (cos o_a + sin o_b, cos o_b - sin o_a). */
interface Turn {
  readonly cos: number;
  readonly sin: number;
  readonly shiftA: number;
  readonly shiftB: number;
}

function turnOf(size: readonly number[], [a, b]: readonly [number, number], degrees: number): Turn {
  const [cos, sin] = cosineAndSine(degrees);
  const [middleA, middleB] = [(size[a]! - 1) / 2, (size[b]! - 1) / 2];
  const shiftA = middleA - multiplyAdd(cos, middleA, sin * middleB);
  return { cos, sin, shiftA, shiftB: middleB - multiplyAdd(-sin, middleA, cos * middleB) };
}

/** Reduced to the nearest right angle first, so that right angles are exact. */
function cosineAndSine(degrees: number): readonly [number, number] {
  const quarters = Math.round(degrees / 90);
  const rest = (degrees - 90 * quarters) * (Math.PI / 180);
  const [cos, sin] = [Math.cos(rest), Math.sin(rest)];
  const turned = [[cos, sin], [-sin, cos], [-cos, -sin], [sin, -cos]] as const;
  return turned[((quarters % 4) + 4) % 4]!;
}

/**
 * x * y + z, rounded once as a fused multiply-add does. scipy's centre is computed so, and at 30 or 45 degrees the last bit
 * decides which of two voxels is the nearest.
 */
function multiplyAdd(x: number, y: number, z: number): number {
  const product = x * y;
  const [highX, highY] = [highPart(x), highPart(y)];
  const [lowX, lowY] = [x - highX, y - highY];
  const productError = lowX * lowY - (product - highX * highY - lowX * highY - highX * lowY);
  const sum = product + z;
  const part = sum - product;
  const sumError = product - (sum - part) + (z - part);
  return sum + (sumError + productError);
}

/** The leading half of a number's digits (Veltkamp's splitting). */
function highPart(x: number): number {
  const shifted = x * (2 ** 27 + 1);
  return shifted - (shifted - x);
}

function coefficientsOf(volume: Volume, shape: readonly number[], plane: readonly number[], interpolation: SplineInterpolation): VoxelArray {
  if (interpolation === "nearest") return volume.voxels;
  if (interpolation === "linear") return toFloat32(volume).voxels;
  const coefficients = Float32Array.from(volume.voxels);
  for (const axis of plane) filterCubic(coefficients, shape, axis);
  return coefficients;
}

/** For every place of the plane, where it is and which voxels it is made of; `perPlace` of them, none (weights 0) outside. */
interface PlaneTaps {
  readonly perPlace: number;
  readonly places: Int32Array;
  readonly voxels: Int32Array;
  readonly weights: Float64Array;
  readonly inside: Uint8Array;
}

function planTaps(lengthA: number, lengthB: number, strideA: number, strideB: number, turn: Turn, interpolation: SplineInterpolation): PlaneTaps {
  const perAxis = { nearest: 1, linear: 2, cubic: 4 }[interpolation];
  const perPlace = perAxis ** 2;
  const count = lengthA * lengthB;
  const taps = { places: new Int32Array(count), voxels: new Int32Array(count * perPlace), weights: new Float64Array(count * perPlace), inside: new Uint8Array(count) };
  for (let i = 0, place = 0; i < lengthA; i++) {
    for (let j = 0; j < lengthB; j++, place++) {
      taps.places[place] = i * strideA + j * strideB;
      const positionA = turn.shiftA + i * turn.cos + j * turn.sin;
      const positionB = turn.shiftB - i * turn.sin + j * turn.cos;
      if (positionA < 0 || positionB < 0 || positionA > lengthA - 1 || positionB > lengthB - 1) continue;
      taps.inside[place] = 1;
      const first = tapsAt(positionA, lengthA, interpolation);
      const second = tapsAt(positionB, lengthB, interpolation);
      for (let p = 0, to = place * perPlace; p < perAxis; p++) {
        for (let q = 0; q < perAxis; q++, to++) {
          taps.voxels[to] = first.voxels[p]! * strideA + second.voxels[q]! * strideB;
          taps.weights[to] = first.weights[p]! * second.weights[q]!;
        }
      }
    }
  }
  return { perPlace, ...taps };
}

function tapsAt(position: number, length: number, interpolation: SplineInterpolation): { voxels: readonly number[]; weights: readonly number[] } {
  if (interpolation === "cubic") return cubicTaps(position, length);
  if (interpolation === "nearest") return { voxels: [Math.floor(position + 0.5)], weights: [1] };
  const below = Math.floor(position);
  return { voxels: [below, Math.min(below + 1, length - 1)], weights: [below + 1 - position, position - below] };
}

/** Samples one plane, whose first voxel lies at `start`; `inner` values lie side by side at every place. */
function readPlane(source: VoxelArray, target: VoxelArray, start: number, inner: number, taps: PlaneTaps): void {
  const { perPlace, places, voxels, weights, inside } = taps;
  for (let place = 0; place < places.length; place++) {
    if (inside[place] === 0) continue;
    const first = place * perPlace;
    const to = start + places[place]!;
    for (let x = 0; x < inner; x++) {
      let sum = 0;
      for (let tap = first; tap < first + perPlace; tap++) sum += weights[tap]! * source[start + voxels[tap]! + x]!;
      target[to + x] = sum;
    }
  }
}

/** New voxel index to old, both (i, j, k, 1); axis a of a size belongs to index component rank - 1 - a. */
function indexAffine(rank: number, [a, b]: readonly [number, number], { cos, sin, shiftA, shiftB }: Turn): readonly number[] {
  const matrix = [...IDENTITY];
  const [rowA, rowB] = [rank - 1 - a, rank - 1 - b];
  matrix[rowA * 4 + rowA] = cos;
  matrix[rowA * 4 + rowB] = sin;
  matrix[rowB * 4 + rowA] = -sin;
  matrix[rowB * 4 + rowB] = cos;
  matrix[rowA * 4 + 3] = shiftA;
  matrix[rowB * 4 + 3] = shiftB;
  return matrix;
}
