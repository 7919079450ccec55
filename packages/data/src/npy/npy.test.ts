import { readFileSync } from "node:fs";
import { isSsl3dError } from "@ssl3d/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocateVoxels, VOXEL_TYPES, type VoxelType } from "../volume/voxel-type.js";
import { readNpz, writeNpz } from "./npz.js";
import { readNpy } from "./read-npy.js";
import { writeNpy } from "./write-npy.js";

const folder = new URL("../../testdata/", import.meta.url);
const fixture = (name: string): Uint8Array => readFileSync(new URL(name, folder));
const expected = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")) as Record<string, { shape: number[]; values: (number | string)[] }>;

describe("readNpy beside NumPy", () => {
  it.each(Object.keys(expected).filter((name) => name.endsWith(".npy")))("%s", (name) => {
    const { data, shape } = readNpy(fixture(name), name);
    expect(shape).toEqual(expected[name]!.shape);
    expect([...data]).toEqual(expected[name]!.values.map((value) => (value === "inf" ? Infinity : value)));
  });

  it("reads whole 64-bit numbers as int32 where they fit, else as float64", () => {
    expect(readNpy(fixture("int64.npy")).data).toBeInstanceOf(Int32Array);
    expect(readNpy(fixture("wide_int64.npy")).data).toBeInstanceOf(Float64Array);
    expect(readNpy(fixture("half.npy")).data).toBeInstanceOf(Float32Array);
  });
});

describe("writeNpy", () => {
  it("gives back every array", () => {
    const array = fc.tuple(fc.constantFrom(...(Object.keys(VOXEL_TYPES) as VoxelType[])), fc.array(fc.nat(5), { maxLength: 4 }));
    fc.assert(
      fc.property(array, ([type, shape]) => {
        const data = allocateVoxels(type, shape.reduce((a, b) => a * b, 1)).map((_, at) => at % 100);
        expect(readNpy(writeNpy({ data, shape }))).toEqual({ data, shape });
      }),
    );
  });

  it("writes NumPy's own bytes", () => {
    const bytes = fixture("float32.npy");
    expect(writeNpy(readNpy(bytes))).toEqual(new Uint8Array(bytes));
  });
});

function header(text: string, dataBytes: number, version: number = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(start + text.length + dataBytes);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  new DataView(bytes.buffer).setUint16(8, text.length, true);
  for (let at = 0; at < text.length; at++) bytes[start + at] = text.charCodeAt(at);
  return bytes;
}

describe("readNpy on bad files", () => {
  it("reads version 2 headers and keys in any order", () => {
    expect(readNpy(header("{'shape': (2,), 'descr': '|u1', 'fortran_order': False}", 2, 2)).shape).toEqual([2]);
    expect(readNpy(header("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", 1)).shape).toEqual([]);
  });

  it.each<[string, Uint8Array]>([
    ["SSL3D_NPY_HEADER", Uint8Array.of(1, 2, 3)],
    ["SSL3D_NPY_HEADER", header("{'descr': '<f4'}", 4)],
    ["SSL3D_NPY_HEADER", header("__import__('os').system('x')", 4)],
    ["SSL3D_NPY_HEADER", header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 4)],
    ["SSL3D_NPY_HEADER", header("{'descr': '<f4', 'fortran_order': False, 'shape': (1e9,), }", 4)],
    ["SSL3D_NPY_HEADER", header("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", 4)],
    ["SSL3D_NPY_HEADER", header("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 4, 9)],
    ["SSL3D_NPY_TYPE", header("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 4)],
    ["SSL3D_NPY_TYPE", header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4)],
    ["SSL3D_NPY_TYPE", header("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", 8)],
    ["SSL3D_NPY_SIZE", header("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,), }", 4)],
    ["SSL3D_NPY_SIZE", header("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 5)],
    ["SSL3D_NPY_RANGE", header("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }", 8).fill(255, -8)],
  ])("%s", (code, bytes) => {
    expect(() => readNpy(bytes, "bad.npy")).toThrow(expect.objectContaining({ code, message: expect.stringContaining("bad.npy") as string }) as Error);
  });

  it("reads or explains mutated files", () => {
    const valid = fixture("fortran_2d_int.npy");
    const edits = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 5 });
    fc.assert(
      fc.property(edits, fc.option(fc.nat(valid.length), { freq: 4 }), (changes, cut) => {
        const bytes = new Uint8Array(valid.slice(0, cut ?? valid.length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          expect(readNpy(bytes).data.length).toBeLessThanOrEqual(valid.length);
        } catch (error) {
          if (!isSsl3dError(error)) throw error;
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe("NPZ", () => {
  it("reads what numpy.savez and savez_compressed write", async () => {
    const stored = await readNpz(fixture("stored.npz"));
    expect([...stored.keys()]).toEqual(["float32", "bool"]);
    expect(stored.get("float32")).toEqual(readNpy(fixture("float32.npy")));
    const deflated = await readNpz(fixture("deflated.npz"));
    expect([...deflated.get("a")!.data]).toEqual(Array.from({ length: 500 }, (_, at) => at % 7));
    expect(deflated.get("b")).toEqual(readNpy(fixture("fortran.npy")));
  });

  it("gives back what it wrote", async () => {
    const arrays = new Map([
      ["a", { data: Float32Array.of(1, 2, 3), shape: [3] }],
      ["ä/b", { data: Uint8Array.of(1, 2, 3, 4), shape: [2, 2] }],
    ]);
    expect(await readNpz(writeNpz(arrays))).toEqual(arrays);
    expect(await readNpz(writeNpz(new Map()))).toEqual(new Map());
  });

  it("reads or explains mutated files", async () => {
    for (const valid of [fixture("stored.npz"), fixture("deflated.npz")]) {
      const edits = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(edits, fc.option(fc.nat(valid.length), { freq: 3 }), async (changes, cut) => {
          const bytes = new Uint8Array(valid.slice(0, cut ?? valid.length));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          const outcome: unknown = await readNpz(bytes).catch((error: unknown) => error);
          expect(outcome instanceof Map || isSsl3dError(outcome)).toBe(true);
        }),
        { numRuns: 700 },
      );
    }
  });
});
