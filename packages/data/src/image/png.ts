import { convertIndexedToRgb, decode, type DecodedPng } from "fast-png";
import { countUnpacked } from "../bytes/byte-reader.js";
import { imageFormatError } from "../file-errors.js";
import { checkPixels, type Pixels } from "./pixels.js";

/** Decodes a PNG file; what its data unpacks to is bounded by its header before the decoder sees it. */
export async function decodePng(bytes: Uint8Array, file: string): Promise<Pixels> {
  const { width, height, data } = listChunks(bytes, file);
  checkPixels(file, width, height);
  // at most 4 samples of 2 bytes a pixel, and a filter byte a row for each of the 7 passes of an interlaced image
  const most = (width + 7) * (height + 7) * 8 + 7 * (height + 7);
  let unpacked: number;
  let image: DecodedPng;
  try {
    unpacked = await countUnpacked(data, most);
    if (unpacked > most) throw new Error(`its data unpacks to more than its ${width} x ${height} pixels`);
    image = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw imageFormatError(file, cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause), cause);
  }
  if (image.palette !== undefined) return withoutAlpha(image, convertIndexedToRgb(image), image.palette[0]?.length ?? 3);
  if (image.depth < 8) return withoutAlpha(image, unpackBits(image), 1);
  const samples = image.data instanceof Uint16Array ? image.data : Uint8Array.from(image.data);
  return withoutAlpha(image, samples, image.channels);
}

function listChunks(bytes: Uint8Array, file: string): { width: number; height: number; data: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) throw imageFormatError(file, "it ends within its header");
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x49444154) parts.push(bytes.subarray(at + 8, at + 8 + length)); // IDAT
    at += length + 12;
  }
  const data = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (data.set(part, at), at + part.length), 0);
  return { width: view.getUint32(16), height: view.getUint32(20), data };
}

/** Grey values of 1, 2 or 4 bits, several in a byte and every row on a byte of its own, as 0 to 255. */
function unpackBits({ data, width, height, depth }: DecodedPng): Uint8Array {
  const result = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  const scale = 255 / (2 ** depth - 1);
  for (let at = 0; at < result.length; at++) {
    const bit = (at % width) * depth;
    const byte = data[Math.floor(at / width) * rowBytes + (bit >> 3)]!;
    result[at] = ((byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1)) * scale;
  }
  return result;
}

function withoutAlpha({ width, height }: DecodedPng, samples: Uint8Array | Uint16Array, channels: number): Pixels {
  if (channels === 1 || channels === 3) return { data: samples, width, height, channels };
  const kept = channels - 1;
  const data = samples.filter((_, at) => at % channels < kept);
  return { data, width, height, channels: kept };
}
