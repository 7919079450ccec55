import { readFileSync } from "node:fs";
import { isSsl3dError } from "@ssl3d/core";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createVolume } from "../volume/volume.js";
import { readNifti, readNiftiHeader } from "./read-nifti.js";
import { writeNifti } from "./write-nifti.js";

interface Expected {
  shape: number[];
  affine: number[];
  sum: number;
  values?: number[];
}

const folder = new URL("../../testdata/", import.meta.url);
const fixture = (name: string): Uint8Array => readFileSync(new URL(name, folder));
const expected = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")) as Record<string, Expected>;

describe("readNifti beside nibabel", () => {
  it.each(Object.keys(expected).filter((name) => /\.nii(\.gz)?$/.test(name)))("%s", async (name) => {
    const volume = await readNifti(fixture(name), { file: name });
    const { shape, affine, sum, values } = expected[name]!;
    expect([...volume.size, volume.channels]).toEqual(shape);
    volume.affine.forEach((value, at) => expect(value).toBeCloseTo(affine[at]!, 5));
    let total = 0;
    for (const value of volume.voxels) total += value;
    expect(total / sum).toBeCloseTo(1, 6);
    values?.forEach((value, at) => expect(Math.abs(volume.voxels[at]! - value)).toBeLessThanOrEqual(1e-6 * Math.abs(value)));
  });

  it("reads any number format into the array of its kind", async () => {
    const kinds = { "int8.nii.gz": Int8Array, "uint16.nii.gz": Uint16Array, "int64.nii.gz": Float64Array, "scaled_qform.nii": Float32Array };
    for (const [name, kind] of Object.entries(kinds)) expect((await readNifti(fixture(name))).voxels).toBeInstanceOf(kind);
    // 64-bit numbers that fit are kept whole
    const small = (await writeNifti(createVolume({ voxels: new Float64Array(2), size: [1, 1, 2] }), { compress: false })).slice();
    new DataView(small.buffer).setInt16(70, 1024, true);
    new DataView(small.buffer).setBigInt64(352, -7n, true);
    expect((await readNifti(small)).voxels).toEqual(Int32Array.of(-7, 0));
  });

  it("names a volume after its file and reads the header alone", async () => {
    const bytes = fixture("colin27_4mm.nii.gz");
    expect((await readNifti(bytes, { file: "a/colin27_4mm.nii.gz" })).id).toBe("colin27_4mm");
    const header = await readNiftiHeader(bytes);
    expect(header).toMatchObject({ version: 1, channels: 1, storedType: "uint8", affineSource: "sform" });
    expect(header.spacing).toEqual([4, 4, 4]);
  });
});

/** A valid file of float32 [2, 3, 4] with one header field changed. */
async function spoilt(change: (view: DataView, bytes: Uint8Array) => void): Promise<Uint8Array> {
  const volume = createVolume({ voxels: Float32Array.from({ length: 24 }, (_, at) => at), size: [2, 3, 4] });
  const bytes = await writeNifti(volume, { compress: false });
  change(new DataView(bytes.buffer), bytes);
  return bytes;
}

async function failure(bytes: Uint8Array): Promise<{ code: string; message: string; fix: string }> {
  const error: unknown = await readNifti(bytes, { file: "bad.nii" }).catch((reason: unknown) => reason);
  if (!isSsl3dError(error)) throw new Error(`Expected a coded error, got ${String(error)}`);
  return error;
}

describe("readNifti on bad files", () => {
  it.each<[string, string, (view: DataView, bytes: Uint8Array) => void]>([
    ["SSL3D_NIFTI_MAGIC", "no header", (_, bytes) => bytes.fill(7, 0, 4)],
    ["SSL3D_NIFTI_MAGIC", "wrong magic", (_, bytes) => bytes.fill(65, 344, 348)],
    ["SSL3D_NIFTI_PAIR", "half of a pair", (_, bytes) => bytes.set([0x6e, 0x69, 0x31], 344)],
    ["SSL3D_NIFTI_HEADER", "no dimensions", (view) => view.setInt16(40, 0, true)],
    ["SSL3D_NIFTI_HEADER", "five dimensions", (view) => [40, 48, 50].forEach((at) => view.setInt16(at, 5, true))],
    ["SSL3D_NIFTI_HEADER", "negative length", (view) => view.setInt16(42, -4, true)],
    ["SSL3D_NIFTI_TRUNCATED", "absurd lengths", (view) => [42, 44, 46].forEach((at) => view.setInt16(at, 32767, true))],
    ["SSL3D_NIFTI_HEADER", "data within the header", (view) => view.setFloat32(108, 12, true)],
    ["SSL3D_NIFTI_TRUNCATED", "data beyond the end", (view) => view.setFloat32(108, 1e6, true)],
    ["SSL3D_NIFTI_HEADER", "data nowhere", (view) => view.setFloat32(108, NaN, true)],
    ["SSL3D_NIFTI_DATATYPE", "complex numbers", (view) => view.setInt16(70, 32, true)],
    ["SSL3D_NIFTI_DATATYPE", "colours", (view) => view.setInt16(70, 128, true)],
    ["SSL3D_NIFTI_SPACING", "no voxel width", (view) => view.setFloat32(80, 0, true)],
    ["SSL3D_NIFTI_SPACING", "negative voxel height", (view) => view.setFloat32(84, -2, true)],
    ["SSL3D_NIFTI_AFFINE", "NaN in the sform", (view) => view.setFloat32(280, NaN, true)],
    ["SSL3D_NIFTI_AFFINE", "axes that fall together", (view) => [280, 284, 288].forEach((at) => view.setFloat32(at, 0, true))],
    ["SSL3D_NIFTI_HEADER", "infinite slope", (view) => view.setFloat32(112, Infinity, true)],
  ])("%s: %s", async (code, _, change) => {
    const error = await failure(await spoilt(change));
    expect(error.code).toBe(code);
    expect(error.message).toContain("bad.nii");
    expect(error.fix.length).toBeGreaterThan(20);
    // packed, it must be found as well
    expect((await failure(gzipSync(await spoilt(change)))).code).toBe(code);
  });

  it("refuses truncated and damaged gzip files", async () => {
    const whole = fixture("colin27_4mm.nii.gz");
    expect((await failure(whole.slice(0, whole.length / 2))).code).toMatch(/SSL3D_NIFTI_(GZIP|TRUNCATED)/);
    expect((await failure(whole.slice(0, 20))).code).toMatch(/SSL3D_NIFTI_(GZIP|TRUNCATED)/);
    expect((await failure(whole.slice(0, -6))).code).toMatch(/SSL3D_NIFTI_GZIP/);
    const flipped = whole.slice();
    flipped[whole.length - 6]! ^= 1; // the checksum
    expect((await failure(flipped)).code).toBe("SSL3D_NIFTI_GZIP");
    expect((await failure(new Uint8Array(0))).code).toBe("SSL3D_NIFTI_MAGIC");
  });

  it("unpacks no more than the header declares", async () => {
    const plain = await spoilt(() => undefined);
    const bomb = gzipSync(Buffer.concat([plain, Buffer.alloc(64 * 2 ** 20)]));
    expect((await readNifti(bomb)).voxels.length).toBe(24);
    const greedy = await spoilt((view) => [42, 44, 46].forEach((at) => view.setInt16(at, 2000, true)));
    const error = await failure(gzipSync(Buffer.concat([greedy, Buffer.alloc(2 ** 20)])));
    expect(error.code).toBe("SSL3D_NIFTI_TRUNCATED");
  });

  it("keeps to the limit of memory", async () => {
    const file = await spoilt(() => undefined);
    await expect(readNifti(file, { maximumBytes: 95 })).rejects.toMatchObject({ code: "SSL3D_VOLUME_TOO_LARGE" });
    await expect(readNifti(file, { maximumBytes: 96 })).resolves.toBeDefined();
  });

  it("reads microns and metres as millimetres", async () => {
    const micron = await readNifti(await spoilt((view) => view.setUint8(123, 3)));
    expect(micron.spacing.map((length) => length * 1000)).toEqual([1, 1, 1]);
  });
});
