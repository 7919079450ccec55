import { npyHeaderError, npyTypeError } from "../file-errors.js";
import type { VoxelType } from "../volume/voxel-type.js";

/** What an NPY header says. */
export interface NpyHeader {
  readonly storedType: VoxelType | "int64" | "uint64" | "float16";
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Position of the first value in the file, in bytes. */
  readonly dataOffset: number;
}

const TYPES: Readonly<Record<string, NpyHeader["storedType"]>> = {
  b1: "uint8", u1: "uint8", i1: "int8", u2: "uint16", i2: "int16", u4: "uint32", i4: "int32",
  u8: "uint64", i8: "int64", f2: "float16", f4: "float32", f8: "float64",
};

/** Reads the header of an NPY file, versions 1 to 3. Throws SSL3D_NPY_HEADER and SSL3D_NPY_TYPE. */
export function parseNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  const magic = String.fromCharCode(...bytes.subarray(1, 6));
  if (bytes.length < 12 || bytes[0] !== 0x93 || magic !== "NUMPY") {
    throw npyHeaderError(file, "it does not start with NPY's magic number");
  }
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw npyHeaderError(file, `its format version is ${version}; 1 to 3 are known`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = start + length;
  if (dataOffset > bytes.length) throw npyHeaderError(file, `its header of ${length} bytes is longer than the file`);
  if (length > 65536) throw npyHeaderError(file, `its header of ${length} bytes is too long`);
  const fields = parseDictionary(new TextDecoder().decode(bytes.subarray(start, dataOffset)), file);
  const [, order, code] = /^'([<>|=])([a-z]\d+)'$/.exec(fields.descr) ?? [];
  const storedType = code === undefined ? undefined : TYPES[code];
  if (storedType === undefined) throw npyTypeError(file, fields.descr.replace(/^'|'$/g, ""));
  return {
    storedType,
    littleEndian: order !== ">",
    fortranOrder: fields.fortran_order === "True",
    shape: parseShape(fields.shape, file),
    dataOffset,
  };
}

const KEYS = ["descr", "fortran_order", "shape"] as const;
type Fields = Record<(typeof KEYS)[number], string>;

/** The header is a Python dictionary of three keys in any order; it is matched piece by piece, never evaluated. */
function parseDictionary(text: string, file: string): Fields {
  const open = /^\s*\{/.exec(text);
  const entry = /\s*['"](\w+)['"]\s*:\s*('[^']*'|True|False|\([^()]*\)|\[.*\])\s*(,|(?=\}))/y;
  const found = new Map<string, string>();
  entry.lastIndex = open?.[0].length ?? text.length;
  let end = entry.lastIndex;
  for (let match = entry.exec(text); match !== null; match = entry.exec(text)) {
    found.set(match[1]!, match[2]!);
    end = entry.lastIndex;
  }
  const missing = KEYS.find((key) => !found.has(key));
  if (missing !== undefined || found.size !== KEYS.length || !/^\s*\}\s*$/.test(text.slice(end))) {
    throw npyHeaderError(file, `its header is not a dictionary of ${KEYS.join(", ")}`);
  }
  return Object.fromEntries(found) as Fields;
}

function parseShape(text: string, file: string): number[] {
  const parts = /^\((.*)\)$/.exec(text)?.[1]?.split(",").map((part) => part.trim()) ?? [""];
  if (parts.at(-1) === "") parts.pop();
  const shape = parts.map((part) => (/^\d+L?$/.test(part) ? Number.parseInt(part, 10) : NaN));
  const count = shape.reduce((product, length) => product * length, 1);
  if (!text.startsWith("(") || !shape.every(Number.isSafeInteger) || !Number.isSafeInteger(count)) {
    throw npyHeaderError(file, `its shape is ${text.slice(0, 80)}`);
  }
  return shape;
}
