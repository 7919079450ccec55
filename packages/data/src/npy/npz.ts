import { crc32 } from "../bytes/crc32.js";
import { openDeflated } from "../bytes/byte-reader.js";
import { npzError } from "../file-errors.js";
import { readNpy, type NpyArray } from "./read-npy.js";
import { writeNpy } from "./write-npy.js";

const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
/** 1 January 1980, ZIP's first day: the same arrays give the same bytes. */
const FIRST_DAY = 0x21;

/**
 * Reads an NPZ file (numpy.savez, stored or deflated) into its arrays by name.
 * @throws SSL3D_NPZ for a damaged container, SSL3D_NPY_* for a damaged member
 */
export async function readNpz(bytes: Uint8Array, file: string = "arrays.npz"): Promise<Map<string, NpyArray>> {
  const arrays = new Map<string, NpyArray>();
  for (const entry of listEntries(bytes, file)) {
    if (!entry.name.endsWith(".npy")) continue;
    const data = await unpack(bytes, entry, file);
    arrays.set(entry.name.slice(0, -4), readNpy(data, `${file}/${entry.name}`));
  }
  return arrays;
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly localOffset: number;
}

function listEntries(bytes: Uint8Array, file: string): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_BYTES;
  const lowest = Math.max(0, end - 65535);
  while (end >= lowest && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < lowest) throw npzError(file, "it has no ZIP directory at its end");
  const count = view.getUint16(end + 10, true);
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== 0x02014b50) {
      throw npzError(file, `entry ${index + 1} of its ZIP directory is damaged`);
    }
    const nameBytes = view.getUint16(at + 28, true);
    if (at + ENTRY_BYTES + nameBytes > end) throw npzError(file, `entry ${index + 1} of its ZIP directory is damaged`);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes)),
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      localOffset: view.getUint32(at + 42, true),
    });
    at += ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

async function unpack(bytes: Uint8Array, entry: Entry, file: string): Promise<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (reason: string, cause?: unknown): Error => npzError(file, `its member "${entry.name}" ${reason}`, cause);
  const local = entry.localOffset;
  if (local + LOCAL_BYTES > bytes.length || view.getUint32(local, true) !== 0x04034b50) throw damaged("is not where it should be");
  const start = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + entry.packedBytes > bytes.length) throw damaged("reaches beyond the end of the file");
  const packed = bytes.subarray(start, start + entry.packedBytes);
  let data: Uint8Array;
  if (entry.method === 0) {
    if (entry.packedBytes !== entry.bytes) throw damaged("declares two different sizes");
    data = packed;
  } else if (entry.method === 8) {
    const reader = openDeflated(packed, {
      truncated: (declared, present) => npzError(file, `its member "${entry.name}" declares ${declared} bytes but holds at most ${present}`),
      damaged: (cause) => npzError(file, `its member "${entry.name}" cannot be unpacked`, cause),
    });
    data = await reader.take(entry.bytes);
    await reader.finish();
  } else {
    throw damaged(`is packed by method ${entry.method}; 0 (stored) and 8 (deflate) are known`);
  }
  if (crc32(data) !== entry.checksum) throw damaged("does not match its checksum");
  return data;
}

/** Writes arrays as an NPZ file, members stored unpacked. The same arrays give the same bytes. */
export function writeNpz(arrays: ReadonlyMap<string, NpyArray>): Uint8Array<ArrayBuffer> {
  const members = [...arrays].map(([name, array]) => {
    const data = writeNpy(array);
    return { name: new TextEncoder().encode(`${name}.npy`), data, checksum: crc32(data) };
  });
  const total = members.reduce((sum, { name, data }) => sum + LOCAL_BYTES + ENTRY_BYTES + 2 * name.length + data.length, END_BYTES);
  if (total > 0xffffffff) throw new RangeError("An NPZ file of more than 4 GiB cannot be written.");
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  // the fields that a local header and a directory entry share, from "version needed" to the name's length
  const describe = (at: number, { name, data, checksum }: (typeof members)[number]): void => {
    view.setUint16(at, 20, true);
    view.setUint16(at + 2, 0x800, true);
    view.setUint16(at + 8, FIRST_DAY, true);
    view.setUint32(at + 10, checksum, true);
    view.setUint32(at + 14, data.length, true);
    view.setUint32(at + 18, data.length, true);
    view.setUint16(at + 22, name.length, true);
  };
  const offsets: number[] = [];
  let at = 0;
  for (const member of members) {
    offsets.push(at);
    view.setUint32(at, 0x04034b50, true);
    describe(at + 4, member);
    bytes.set(member.name, at + LOCAL_BYTES);
    bytes.set(member.data, at + LOCAL_BYTES + member.name.length);
    at += LOCAL_BYTES + member.name.length + member.data.length;
  }
  const directory = at;
  members.forEach((member, index) => {
    view.setUint32(at, 0x02014b50, true);
    view.setUint16(at + 4, 20, true);
    describe(at + 6, member);
    view.setUint32(at + 42, offsets[index]!, true);
    bytes.set(member.name, at + ENTRY_BYTES);
    at += ENTRY_BYTES + member.name.length;
  });
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, members.length, true);
  view.setUint16(at + 10, members.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return bytes;
}
