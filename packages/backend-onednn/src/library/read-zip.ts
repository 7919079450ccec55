import { inflateRawSync } from "node:zlib";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * Files of a zip archive by their path in it: those asked for, found through the archive's central directory. For archives
 * whose checksum is known; without encryption, parts or more than 4 GiB.
 * @throws RangeError or Error where the archive is damaged or lacks a file
 */
export function readZip(archive: Buffer, paths: readonly string[]): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || archive.readUInt32LE(end) !== END) throw new Error("it is no zip archive");
  const entries = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < entries; index++) {
    if (archive.readUInt32LE(at) !== ENTRY) throw new Error("its list of files is damaged");
    const nameLength = archive.readUInt16LE(at + 28);
    const path = archive.toString("utf8", at + 46, at + 46 + nameLength);
    if (paths.includes(path)) files.set(path, readEntry(archive, at));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  const missing = paths.find((path) => !files.has(path));
  if (missing !== undefined) throw new Error(`it holds no ${missing}`);
  return files;
}

/** The file whose entry in the central directory begins at `at`. */
function readEntry(archive: Buffer, at: number): Buffer {
  const method = archive.readUInt16LE(at + 10);
  const packedSize = archive.readUInt32LE(at + 20);
  const size = archive.readUInt32LE(at + 24);
  const header = archive.readUInt32LE(at + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(start, start + packedSize);
  if (method !== STORED && method !== DEFLATED) throw new Error(`it is packed by method ${method}`);
  const data = method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  if (data.length !== size) throw new Error("a file in it is cut off");
  return data;
}
