import type { Affine } from "@ssl3d/core";
import type { NIFTI1, NIFTI2 } from "nifti-reader-js";
import { niftiAffineError } from "../file-errors.js";
import { determinant, spacingOf } from "../volume/affine.js";
import { rotationFromQuaternion } from "./quaternion.js";

const UNIT_IN_MM: Readonly<Record<number, number>> = { 1: 1000, 3: 0.001 };

/**
 * Voxel index to world in mm by NIfTI's rules: sform where its code is positive, else qform, else the voxel size alone.
 * The parser's own affine is not used: it prefers the qform where that has the higher code, and NIfTI-2's ignores the codes.
 */
export function worldAffine(
  fields: NIFTI1 | NIFTI2,
  view: DataView,
  pixdim: readonly number[],
  file: string,
): { affine: Affine; source: "sform" | "qform" | "pixdim" } {
  const source = fields.sform_code > 0 ? "sform" : fields.qform_code > 0 ? "qform" : "pixdim";
  const [dx, dy, dz] = pixdim as [number, number, number];
  let rows: number[];
  if (source === "sform") {
    rows = readRows(view, fields.littleEndian);
  } else if (source === "qform") {
    const rotation = rotationFromQuaternion(fields.quatern_b, fields.quatern_c, fields.quatern_d);
    const flip = fields.pixDims[0]! < 0 ? -1 : 1;
    const offset = [fields.qoffset_x, fields.qoffset_y, fields.qoffset_z];
    rows = offset.flatMap((shift, row) => [
      rotation[row * 3]! * dx,
      rotation[row * 3 + 1]! * dy,
      rotation[row * 3 + 2]! * dz * flip,
      shift,
    ]);
  } else {
    rows = [dx, 0, 0, 0, 0, dy, 0, 0, 0, 0, dz, 0];
  }
  const scale = UNIT_IN_MM[fields.xyzt_units & 7] ?? 1;
  const affine = [...rows.map((value) => value * scale), 0, 0, 0, 1];
  const [depth, height, width] = spacingOf(affine);
  // how far the three axes are from falling together, whatever the voxel size: 1 for a right-angled grid
  const independence = Math.abs(determinant(affine)) / (depth * height * width);
  if (!affine.every(Number.isFinite) || !(independence > 1e-6)) throw niftiAffineError(file, source, affine);
  return { affine, source };
}

function readRows(view: DataView, littleEndian: boolean): number[] {
  const first = view.byteLength === 348;
  return Array.from({ length: 12 }, (_, at) =>
    first ? view.getFloat32(280 + at * 4, littleEndian) : view.getFloat64(400 + at * 8, littleEndian),
  );
}
