// Volumes written here, read by an independent implementation: nibabel, where SSL3D_PYTHON names a python that has it.
import { createVolume, readNifti, writeNifti } from "@ssl3d/data";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const python = process.env["SSL3D_PYTHON"];
const folder = mkdtempSync(join(tmpdir(), "ssl3d-nibabel-"));
afterAll(() => rmSync(folder, { recursive: true }));

const OBLIQUE = [1.2, 0.3, -0.1, -20, -0.25, 1.4, 0.5, 30, 0.1, -0.4, 1.9, -11, 0, 0, 0, 1];
const LAS = [-2, 0, 0, 90, 0, 2, 0, -126, 0, 0, 3, -72, 0, 0, 0, 1];

describe.skipIf(python === undefined)("nibabel", () => {
  it.each([["LAS", LAS], ["oblique", OBLIQUE]])("reads what writeNifti wrote: %s", async (name, affine) => {
    const size = [3, 4, 5];
    const voxels = Float32Array.from({ length: 120 }, (_, i) => Math.sin(i));
    const file = join(folder, `${name}.nii.gz`);
    writeFileSync(file, await writeNifti(createVolume({ id: name, voxels, size, channels: 2, spacing: [1, 1, 1], affine })));
    const script = `
import json, nibabel, numpy as np, sys
image = nibabel.load(sys.argv[1])
data = np.asarray(image.dataobj)
print(json.dumps({"shape": data.shape, "affine": image.affine.ravel().tolist(), "values": data.transpose(2, 1, 0, 3).ravel().tolist()}))`;
    const found = JSON.parse(execFileSync(python ?? "", ["-c", script, file], { encoding: "utf8" })) as { shape: number[]; affine: number[]; values: number[] };
    expect(found.shape).toEqual([5, 4, 3, 2]);
    found.affine.forEach((value, i) => expect(value).toBeCloseTo(affine[i]!, 5));
    found.values.forEach((value, i) => expect(value).toBeCloseTo(voxels[i]!, 6));
  });

  it("writes what readNifti reads: scaled big-endian int16", async () => {
    const file = join(folder, "scaled.nii");
    const script = `
import nibabel, numpy as np, sys
data = np.arange(60).reshape(5, 4, 3).astype(">i2")
header = nibabel.Nifti1Header(endianness=">")
header.set_data_dtype(">i2")
image = nibabel.Nifti1Image(data, np.diag([2, 3, 4, 1]), header)
image.header.set_slope_inter(0.5, 10)
nibabel.save(image, sys.argv[1])`;
    execFileSync(python ?? "", ["-c", script, file]);
    const reference = JSON.parse(
      execFileSync(python ?? "", ["-c", "import json,nibabel,sys; print(json.dumps(nibabel.load(sys.argv[1]).get_fdata().transpose(2,1,0).ravel().tolist()))", file], { encoding: "utf8" }),
    ) as number[];
    const volume = await readNifti(readFileSync(file));
    expect(volume.size).toEqual([3, 4, 5]);
    expect(volume.spacing).toEqual([4, 3, 2]);
    expect(Array.from(volume.voxels)).toEqual(reference);
  });
});
