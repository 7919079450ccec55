import type { Ssl3dError } from "@ssl3d/core";

/** Deflate stores at most this many bytes in one, so a file's size bounds what it can unpack to. */
const LARGEST_RATIO = 1032;
/** Read after the last voxel to reach the checksum at the stream's end; a longer tail is left unread. */
const LONGEST_TAIL = 2 ** 20;
const CHUNK = 2 ** 16;

/** How a reader tells of files that end early or cannot be unpacked; the caller knows what kind of file it is. */
export interface ByteReaderErrors {
  /** `declared` bytes should be there, at most `present` are. */
  truncated(declared: number, present: number, compressed: boolean): Ssl3dError;
  damaged(cause: unknown): Ssl3dError;
}

/** Hands out a file's bytes in order, without ever holding more than was asked for. */
export interface ByteReader {
  /** The next `count` bytes, at the start of a buffer of their own. Throws a coded error where the file ends before. */
  take(count: number): Promise<Uint8Array<ArrayBuffer>>;
  /** At most this many bytes are there in all. */
  readonly mostBytes: number;
  /** Checks the stream's end. */
  finish(): Promise<void>;
}

/** Whether gzip's magic number stands at the start. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** A reader of a plain or gzip file. */
export function openBytes(bytes: Uint8Array, errors: ByteReaderErrors): ByteReader {
  return isGzip(bytes) ? new UnpackingReader(bytes, "gzip", errors) : new PlainReader(bytes, errors);
}

/** A reader of a bare deflate stream, as in ZIP files. */
export function openDeflated(bytes: Uint8Array, errors: ByteReaderErrors): ByteReader {
  return new UnpackingReader(bytes, "deflate-raw", errors);
}

/** How many bytes a zlib stream (as in PNG) unpacks to; counting stops above `limit`. Rejects with a damaged stream's error. */
export async function countUnpacked(bytes: Uint8Array, limit: number): Promise<number> {
  const reader = unpack(bytes, "deflate");
  let count = 0;
  while (count <= limit) {
    const { value, done } = await reader.read();
    if (done) return count;
    count += value.length;
  }
  await reader.cancel().catch(() => undefined);
  return count;
}

function unpack(bytes: Uint8Array, format: CompressionFormat): ReadableStreamDefaultReader<Uint8Array> {
  let sent = 0;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (sent < bytes.length) controller.enqueue(bytes.slice(sent, (sent += CHUNK)));
      else controller.close();
    },
  });
  return source.pipeThrough(new DecompressionStream(format)).getReader();
}

class PlainReader implements ByteReader {
  readonly mostBytes: number;
  readonly #bytes: Uint8Array;
  readonly #errors: ByteReaderErrors;
  #position = 0;

  constructor(bytes: Uint8Array, errors: ByteReaderErrors) {
    this.#bytes = bytes;
    this.#errors = errors;
    this.mostBytes = bytes.length;
  }

  take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = this.#position + count;
    if (end > this.#bytes.length) {
      return Promise.reject(this.#errors.truncated(end, this.#bytes.length, false));
    }
    const taken = new Uint8Array(count);
    taken.set(this.#bytes.subarray(this.#position, end));
    this.#position = end;
    return Promise.resolve(taken);
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }
}

class UnpackingReader implements ByteReader {
  readonly mostBytes: number;
  readonly #errors: ByteReaderErrors;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  #position = 0;

  constructor(bytes: Uint8Array, format: "gzip" | "deflate-raw", errors: ByteReaderErrors) {
    this.#errors = errors;
    this.mostBytes = bytes.length * LARGEST_RATIO;
    this.#reader = unpack(bytes, format);
  }

  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#position + count > this.mostBytes) {
      throw this.#errors.truncated(this.#position + count, this.mostBytes, true);
    }
    const taken = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      if (this.#rest.length === 0) {
        const next = await this.#next();
        if (next === undefined) throw this.#errors.truncated(this.#position + count, this.#position + filled, true);
        this.#rest = next;
      }
      const part = this.#rest.subarray(0, count - filled);
      taken.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    this.#position += count;
    return taken;
  }

  async finish(): Promise<void> {
    let tail = this.#rest.length;
    while (tail <= LONGEST_TAIL) {
      const next = await this.#next();
      if (next === undefined) return;
      tail += next.length;
    }
    await this.#reader.cancel().catch(() => undefined);
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      const { value, done } = await this.#reader.read();
      return done ? undefined : value;
    } catch (cause) {
      throw this.#errors.damaged(cause);
    }
  }
}
