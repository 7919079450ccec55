import jpeg from "jpeg-js";
import { imageFormatError } from "../file-errors.js";
import { checkPixels, type Pixels } from "./pixels.js";

const MEGAPIXELS = 100;
const MEMORY_MIB = 2048;

/** Decodes a JPEG file, its size checked first. */
export function decodeJpeg(bytes: Uint8Array, file: string): Pixels {
  const frame = findFrame(bytes);
  if (frame === undefined) throw imageFormatError(file, "it has no frame header");
  checkPixels(file, frame.width, frame.height);
  let image: { width: number; height: number; data: Uint8Array };
  try {
    image = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: MEGAPIXELS,
      maxMemoryUsageInMB: MEMORY_MIB,
    });
  } catch (cause) {
    throw imageFormatError(file, cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause), cause);
  }
  const { width, height } = image;
  // the decoder repeats grey three times
  if (frame.components === 1) return { data: image.data.filter((_, at) => at % 3 === 0), width, height, channels: 1 };
  return { data: image.data, width, height, channels: 3 };
}

/** The first start-of-frame segment. */
function findFrame(bytes: Uint8Array): { width: number; height: number; components: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 10 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    // start of frame 0 to 15, without the tables DHT (c4), JPG (c8) and DAC (cc)
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: bytes[at + 9]! };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
