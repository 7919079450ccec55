import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NumericArray } from "../contract/volume.js";
import { isSsl3dError } from "../errors.js";
import type { NamedArrays } from "./checkpoint.js";
import { decodeSafetensors, encodeSafetensors, openSafetensors } from "./safetensors.js";

/** A file from its header and data, whatever they hold. */
function file(header: unknown, data: Uint8Array | number = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = typeof data === "number" ? new Uint8Array(data) : data;
  const result = new Uint8Array(8 + text.length + bytes.length);
  new DataView(result.buffer).setBigUint64(0, BigInt(text.length), true);
  result.set(text, 8);
  result.set(bytes, 8 + text.length);
  return result;
}

function failure(bytes: Uint8Array): { code: string; message: string } {
  try {
    decodeSafetensors(bytes, "weights.safetensors");
  } catch (error) {
    if (isSsl3dError(error)) return error;
    throw error;
  }
  throw new Error("The file was accepted.");
}

const array = (data: NumericArray["data"], ...shape: number[]): NumericArray => ({ data, shape });

const SAMPLE: NamedArrays = new Map([
  ["bytes", array(Uint8Array.of(1, 2, 3), 3)],
  ["encoder/kernel", array(Float32Array.of(1, -0, NaN, Infinity, 1e-40, 6), 2, 3)],
  ["labels", array(Int32Array.of(-1, 2 ** 31 - 1), 2, 1)],
  ["scalar", array(Float32Array.of(4))],
  ["empty", array(new Float32Array(0), 0, 5)],
  ["__proto__", array(Float32Array.of(9), 1)],
  ["10", array(Uint8Array.of(7), 1)],
]);

describe("encodeSafetensors", () => {
  it("is read back as it was, metadata too", () => {
    const { tensors, metadata } = decodeSafetensors(encodeSafetensors(SAMPLE, { made: "today", ü: "€" }), "test");
    expect(metadata).toEqual({ made: "today", ü: "€" });
    expect(new Set(tensors.keys())).toEqual(new Set(SAMPLE.keys()));
    for (const [name, expected] of SAMPLE) expect(tensors.get(name), name).toEqual(expected);
  });

  it("lays the file out as the format says: length, header padded to 8 bytes, aligned data without gaps", () => {
    const bytes = encodeSafetensors(SAMPLE);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      { dtype: string; shape: number[]; data_offsets: [number, number] }
    >;
    expect(header["encoder/kernel"]).toMatchObject({ dtype: "F32", shape: [2, 3] });
    const entries = Object.values(header).sort(
      (a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]
    );
    let end = 0;
    for (const { dtype, data_offsets: offsets } of entries) {
      expect(offsets[0]).toBe(end);
      if (dtype !== "U8") expect(offsets[0] % 4).toBe(0);
      end = offsets[1];
    }
    expect(8 + length + end).toBe(bytes.length);
    const kernel = header["encoder/kernel"]!.data_offsets[0];
    expect(new DataView(bytes.buffer, 8 + length + kernel).getFloat32(20, true)).toBe(6);
  });

  it("gives equal bytes whatever the order", () => {
    expect(encodeSafetensors(new Map([...SAMPLE].reverse()))).toEqual(encodeSafetensors(SAMPLE));
  });

  it("refuses data that does not fit its shape", () => {
    expect(() => encodeSafetensors(new Map([["a", array(new Float32Array(5), 2, 3)]]))).toThrow(RangeError);
    expect(() => encodeSafetensors(new Map([["__metadata__", array(new Float32Array(1), 1)]]))).toThrow(RangeError);
  });
});

describe("decodeSafetensors", () => {
  it("reads a file made by another hand, at any place in a buffer, into copies", () => {
    const one = { dtype: "F32", shape: [2], data_offsets: [3, 11] };
    const data = Uint8Array.of(5, 6, 7, 0, 0, 128, 63, 0, 0, 0, 192);
    const bytes = file(
      { __metadata__: { format: "pt" }, a: one, b: { dtype: "U8", shape: [3], data_offsets: [0, 3] } },
      data
    );
    const pooled = Buffer.concat([Buffer.of(0), bytes, Buffer.of(0)]).subarray(1, 1 + bytes.length);
    const { tensors } = decodeSafetensors(pooled, "test");
    pooled.fill(0);
    expect(tensors.get("a")).toEqual(array(Float32Array.of(1, -2), 2));
    expect(tensors.get("b")).toEqual(array(Uint8Array.of(5, 6, 7), 3));
  });

  const f32 = (shape: unknown, offsets: unknown) => ({ dtype: "F32", shape, data_offsets: offsets });
  it.each<[string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(0), "0 bytes long"],
    ["a header longer than the file", new Uint8Array(16).fill(255), "header of 18446744073709551615 bytes"],
    ["a header that is not JSON", file("{broken"), "not JSON"],
    [
      "a header that is not UTF-8",
      (() => {
        const bytes = file('{"aaaa":1}');
        bytes[12] = 0xff;
        return bytes;
      })(),
      "not JSON",
    ],
    ["a header that is a list", file([]), "not a JSON object"],
    ["metadata that are no texts", file({ __metadata__: { a: 1 } }), "metadata"],
    ["a tensor that is nothing", file({ a: null }), 'tensor "a" has no description'],
    ["a type that is unknown", file({ a: { dtype: "constructor", shape: [], data_offsets: [0, 0] } }), "unknown type"],
    ["a negative length", file({ a: f32([-1], [0, 4]) }, 4), "no valid shape"],
    ["a fractional length", file({ a: f32([0.5], [0, 2]) }, 2), "no valid shape"],
    ["too many axes", file({ a: f32([1, 1, 1, 1, 1, 1, 1, 1, 1], [0, 4]) }, 4), "at most 8 axes"],
    ["offsets beyond the file", file({ a: f32([2], [0, 8]) }, 4), "bytes 0 to 8 of a file with 4 bytes"],
    ["offsets the wrong way round", file({ a: f32([1], [4, 0]) }, 4), "bytes 4 to 0"],
    ["an absurd shape", file({ a: f32([2 ** 40, 2 ** 40], [0, 4]) }, 4), "takes 4.83"],
    [
      "a shape that overflows",
      file({ a: f32([2 ** 52, 2 ** 52, 2 ** 52, 2 ** 52, 2 ** 52, 2 ** 52, 0], [0, 4]) }, 4),
      "takes 0 bytes",
    ],
    ["tensors that overlap", file({ a: f32([2], [0, 8]), b: f32([2], [4, 12]) }, 12), "starts at data byte 4"],
    ["a gap between tensors", file({ a: f32([1], [0, 4]), b: f32([1], [8, 12]) }, 12), "starts at data byte 8"],
    ["data that no tensor takes", file({ a: f32([1], [0, 4]) }, 12), "take 4 bytes, the file holds 12"],
  ])("refuses %s", (_what, bytes, message) => {
    const error = failure(bytes);
    expect(error.code).toBe("SSL3D_SAFETENSORS_INVALID");
    expect(error.message).toContain(message);
    expect(error.message).toContain("weights.safetensors");
  });

  // 65504 is the greatest half, 2 ** -24 the smallest; bfloat16 keeps the upper half of a float32
  it.each<[string, number[], NumericArray["data"]]>([
    ["F16", [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x7c, 0x00, 0x80], Float32Array.of(1, -2, 65504, 2 ** -24, Infinity, -0)],
    ["F16", [0x00, 0xfc, 0x01, 0x7e], Float32Array.of(-Infinity, NaN)],
    ["BF16", [0x80, 0x3f, 0x40, 0xc0, 0x80, 0x7f], Float32Array.of(1, -3, Infinity)],
    ["F64", [...new Uint8Array(Float64Array.of(1 / 3, 1e300).buffer)], Float32Array.of(1 / 3, Infinity)],
    ["I64", [...new Uint8Array(BigInt64Array.of(7n, -(2n ** 31n)).buffer)], Int32Array.of(7, -(2 ** 31))],
    ["U64", [9, 0, 0, 0, 0, 0, 0, 0], Int32Array.of(9)],
    ["U32", [255, 255, 255, 127], Int32Array.of(2 ** 31 - 1)],
    ["I16", [254, 255], Int32Array.of(-2)],
    ["U16", [254, 255], Int32Array.of(65534)],
    ["I8", [128, 127], Int32Array.of(-128, 127)],
    ["BOOL", [1, 0], Uint8Array.of(1, 0)],
  ])("reads %s %j as numbers that engines hold", (dtype, bytes, expected) => {
    const header = { a: { dtype, shape: [expected.length], data_offsets: [0, bytes.length] } };
    expect(decodeSafetensors(file(header, Uint8Array.from(bytes)), "test").tensors.get("a")).toEqual(array(expected, expected.length));
  });

  it.each(["F16", "BF16"])("tells every %s from every other, in order", (dtype) => {
    const bits = Uint16Array.from({ length: 2 ** 16 }, (_, index) => index);
    const header = { a: { dtype, shape: [bits.length], data_offsets: [0, bits.byteLength] } };
    const { data } = decodeSafetensors(file(header, new Uint8Array(bits.buffer)), "test").tensors.get("a")!;
    // rising bits are rising numbers up to infinity; what lies above is not a number
    const infinity = dtype === "F16" ? 0x7c00 : 0x7f80;
    expect(data.subarray(1, infinity + 1).every((value, index) => value > data[index]!)).toBe(true);
    expect(data.subarray(infinity + 1, 0x8000).every(Number.isNaN)).toBe(true);
    expect(data.subarray(0x8000, 0x8000 + infinity).every((value, index) => value === -data[index]!)).toBe(true);
  });

  it("says of sound types and long integers that it does not read them", () => {
    const f8 = { dtype: "F8_E4M3", shape: [2], data_offsets: [0, 2] };
    const i64 = { dtype: "I64", shape: [1], data_offsets: [0, 8] };
    expect(failure(file({ a: f8 }, 2)).code).toBe("SSL3D_SAFETENSORS_DTYPE");
    expect(failure(file({ a: i64 }, new Uint8Array(8).fill(127))).code).toBe("SSL3D_SAFETENSORS_DTYPE");
  });

  it("is not overwhelmed by deep nesting", () => {
    expect(failure(file("[".repeat(200_000))).code).toBe("SSL3D_SAFETENSORS_INVALID");
    expect(failure(file(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)).code).toBe("SSL3D_SAFETENSORS_INVALID");
  });
});

describe("openSafetensors", () => {
  it("reads a tensor when it is asked for, and says of each whether it is real", () => {
    const bytes = encodeSafetensors(SAMPLE);
    const { tensors } = openSafetensors(bytes, "test");
    const whole = decodeSafetensors(bytes, "test").tensors;
    for (const [name, { data, shape }] of whole) {
      expect(tensors.get(name)).toMatchObject({ shape, isReal: data instanceof Float32Array });
      expect(tensors.get(name)!.read()).toEqual(data);
    }
    bytes.fill(0, bytes.length - 16);
    expect([...tensors.values()].some((tensor, index) => tensor.read().some((value, i) => value !== [...whole.values()][index]!.data[i]))).toBe(true);
  });
});

describe("fuzzing decodeSafetensors", () => {
  /** Reads a file that may be broken: either it is refused with a coded error, or no more numbers come out than it has bytes. */
  function survives(bytes: Uint8Array): void {
    try {
      const { tensors } = decodeSafetensors(bytes, "fuzz");
      const total = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
      expect(total).toBeLessThanOrEqual(bytes.length);
    } catch (error) {
      if (!isSsl3dError(error)) throw error;
    }
  }

  it("survives files with bytes changed, cut out, put in or cut off", () => {
    const sound = encodeSafetensors(SAMPLE, { made: "today" });
    const edit = fc.record({
      at: fc.nat(sound.length),
      remove: fc.nat(4),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 4 }),
        fc.constantFrom("9", "-", "[", "}", '"', "e9", "null").map((text) => new TextEncoder().encode(text))
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.option(fc.nat(sound.length)), (edits, length) => {
        let bytes = Array.from(sound);
        for (const { at, remove, insert } of edits) bytes.splice(at, remove, ...insert);
        bytes = bytes.slice(0, length ?? bytes.length);
        // the header's length follows edits in half of the cases, so that they get past the first check
        const result = Uint8Array.from(bytes);
        if (result.length > 8 && edits[0]!.at % 2 === 0) {
          const change = result.length - sound.length;
          const view = new DataView(result.buffer);
          view.setBigUint64(
            0,
            BigInt(Math.max(0, Number(new DataView(sound.buffer).getBigUint64(0, true)) + change)),
            true
          );
        }
        survives(result);
      }),
      { numRuns: 4000 }
    );
  });

  it("survives well-formed headers with absurd values", () => {
    const number = fc.oneof(fc.nat(40), fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 53, 1e300, "4", null, [], {}));
    const entry = fc.record({
      dtype: fc.constantFrom<unknown>("F32", "I32", "U8", "F16", "I64", "", 3, "toString"),
      shape: fc.oneof(fc.array(number, { maxLength: 4 }), number),
      data_offsets: fc.oneof(fc.array(number, { minLength: 2, maxLength: 2 }), number),
    });
    const header = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom("__metadata__", "__proto__", "a")),
      fc.oneof(entry, number)
    );
    fc.assert(
      fc.property(header, fc.nat(64), (content, dataBytes) => survives(file(content, dataBytes))),
      { numRuns: 2000 }
    );
  });

  it("keeps any tensors over a round trip", () => {
    const tensor = fc
      .tuple(fc.constantFrom(Float32Array, Int32Array, Uint8Array), fc.array(fc.nat(3), { maxLength: 4 }))
      .map(([type, shape]) => {
        const size = shape.reduce((product, length) => product * length, 1);
        return array(new type(Array.from({ length: size }, (_, index) => index * 3)), ...shape);
      });
    const tensors = fc
      .dictionary(
        fc.string().filter((name) => name !== "__metadata__"),
        tensor
      )
      .map((entries) => new Map(Object.entries(entries)));
    fc.assert(
      fc.property(tensors, (original) => {
        const read = decodeSafetensors(encodeSafetensors(original), "test").tensors;
        expect(new Map([...read].sort())).toEqual(new Map([...original].sort()));
      }),
      { numRuns: 200 }
    );
  });
});
