import { readFileSync } from "node:fs";
import { isSsl3dError } from "@ssl3d/core";
import fc from "fast-check";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crc32 } from "../bytes/crc32.js";
import { readImage } from "./read-image.js";

const folder = new URL("../../testdata/", import.meta.url);
const fixture = (name: string): Uint8Array => readFileSync(new URL(name, folder));
const expected = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")) as Record<string, { shape: number[]; values: number[] }>;

describe("readImage beside Pillow", () => {
  it.each(["lesions.png", "palette.png", "alpha.png", "sixteen.png", "bits.png"])("%s", async (name) => {
    const { size, channels, voxels } = await readImage(fixture(name), { file: name });
    const [height, width, colours = 1] = expected[name]!.shape;
    expect([...size, channels]).toEqual([height, width, colours]);
    expect([...voxels]).toEqual(expected[name]!.values);
  });

  it.each(["fundus.jpg", "grey.jpg"])("%s, to the rounding of JPEG decoders", async (name) => {
    const { id, size, channels, voxels } = await readImage(fixture(name), { file: `a/${name}` });
    const [height, width, colours = 1] = expected[name]!.shape;
    expect([...size, channels]).toEqual([height, width, colours]);
    expect(id).toBe(name.slice(0, -4));
    const differences = expected[name]!.values.map((value, at) => Math.abs(voxels[at]! - value));
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(1.5);
  });
});

/** A PNG of one grey row whose data unpacks to more than that. */
function pngBomb(unpackedBytes: number, width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const length = Buffer.alloc(4);
    const checksum = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(Buffer.alloc(unpackedBytes));
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

describe("readImage on bad files", () => {
  it("refuses other files, absurd sizes and data that unpacks to more than its pixels", async () => {
    await expect(readImage(Uint8Array.of(1, 2, 3), { file: "x.png" })).rejects.toMatchObject({ code: "SSL3D_IMAGE_FORMAT" });
    await expect(readImage(new Uint8Array(0))).rejects.toMatchObject({ code: "SSL3D_IMAGE_FORMAT" });
    await expect(readImage(pngBomb(100, 2 ** 30, 2 ** 30))).rejects.toMatchObject({ code: "SSL3D_IMAGE_SIZE" });
    await expect(readImage(pngBomb(2 ** 24, 4, 4))).rejects.toMatchObject({ code: "SSL3D_IMAGE_FORMAT" });
    expect((await readImage(pngBomb(20, 4, 4))).voxels.length).toBe(16);
    await expect(readImage(fixture("sixteen.png").slice(0, 300))).rejects.toMatchObject({ code: "SSL3D_IMAGE_FORMAT" });
  });

  it.each(["palette.png", "fundus.jpg", "bits.png"])("reads or explains mutated %s", async (name) => {
    const valid = fixture(name);
    const edits = fc.array(fc.tuple(fc.oneof(fc.nat(60), fc.nat(valid.length - 1)), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(edits, fc.option(fc.nat(valid.length), { freq: 3 }), async (changes, cut) => {
        const bytes = new Uint8Array(valid.slice(0, cut ?? valid.length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const outcome: unknown = await readImage(bytes).catch((error: unknown) => error);
        if (outcome instanceof Error && !isSsl3dError(outcome)) throw outcome;
      }),
      { numRuns: 300 },
    );
  });
});
