/** An array in memory, C-ordered. */
export interface FloatArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Numbers that go through a network at once, so that memory does not grow with the batch: one volume of 128 voxels a side. */
const NUMBERS_AT_ONCE = 128 ** 3;

/** Cuts arrays of one batch into pieces along the batch axis; each has one example at least. */
export function* piecesOf(arrays: readonly FloatArray[], numbersAtOnce: number = NUMBERS_AT_ONCE): Generator<FloatArray[]> {
  const count = arrays[0]?.shape[0] ?? 0;
  const lengths = arrays.map(({ data }) => data.length / count);
  const examples = Math.max(1, Math.floor(numbersAtOnce / lengths.reduce((sum, length) => sum + length, 0)));
  for (let start = 0; start < count; start += examples) {
    const end = Math.min(count, start + examples);
    yield arrays.map(({ data, shape }, index) => ({
      data: data.subarray(start * lengths[index]!, end * lengths[index]!),
      shape: [end - start, ...shape.slice(1)],
    }));
  }
}

/** Joins pieces along their first axis. */
export function joinPieces(pieces: readonly FloatArray[]): FloatArray {
  const data = new Float32Array(pieces.reduce((sum, piece) => sum + piece.data.length, 0));
  pieces.reduce((offset, piece) => (data.set(piece.data, offset), offset + piece.data.length), 0);
  return { data, shape: [pieces.reduce((sum, { shape }) => sum + shape[0]!, 0), ...(pieces[0]?.shape.slice(1) ?? [])] };
}
