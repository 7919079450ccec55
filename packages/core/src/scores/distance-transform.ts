/**
 * Exact Euclidean distance from each voxel inside a mask to the nearest voxel outside it, in the units of `spacing`; 0 outside
 * the mask, Infinity where the mask covers everything. Linear time: lower envelopes of parabolas, axis by axis (Felzenszwalb
 * and Huttenlocher 2012). Any rank.
 *
 * @param mask inside where not 0; C order, of the given size
 * @param field takes the distances; by default a new array
 */
export function distanceTransform<Field extends Float32Array | Float64Array = Float64Array>(
  mask: Uint8Array,
  size: readonly number[],
  spacing: readonly number[],
  field: Field = new Float64Array(mask.length) as Field,
): Field {
  for (let i = 0; i < field.length; i++) field[i] = mask[i] === 0 ? 0 : Infinity;
  let inner = field.length;
  for (const [axis, length] of size.entries()) {
    inner /= length;
    const outer = field.length / (length * inner);
    const envelope = createEnvelope(length, spacing[axis]!);
    for (let o = 0; o < outer; o++) {
      for (let j = 0; j < inner; j++) sweep(field, o * length * inner + j, inner, envelope);
    }
  }
  for (let i = 0; i < field.length; i++) field[i] = Math.sqrt(field[i]!);
  return field;
}

interface Envelope {
  readonly length: number;
  readonly spacing: number;
  readonly line: Float64Array;
  /** Positions of the parabolas in the envelope. */
  readonly apex: Int32Array;
  /** Where each of them starts to be the lowest, in voxels. */
  readonly start: Float64Array;
}

function createEnvelope(length: number, spacing: number): Envelope {
  return {
    length,
    spacing,
    line: new Float64Array(length),
    apex: new Int32Array(length),
    start: new Float64Array(length),
  };
}

function sweep(field: Float32Array | Float64Array, offset: number, stride: number, envelope: Envelope): void {
  const { length, line, apex, start } = envelope;
  const unit = envelope.spacing * envelope.spacing;
  let count = 0;
  let highest = 0;
  for (let i = 0; i < length; i++) {
    const value = field[offset + i * stride]!;
    line[i] = value;
    if (value > highest) highest = value;
  }
  if (highest === 0) return;
  for (let i = 0; i < length; i++) {
    if (line[i] === Infinity) continue;
    let from = -Infinity;
    while (count > 0) {
      const previous = apex[count - 1]!;
      from = ((line[i]! - line[previous]!) / unit + i * i - previous * previous) / (2 * (i - previous));
      if (from > start[count - 1]!) break;
      count--;
    }
    apex[count] = i;
    start[count] = count === 0 ? -Infinity : from;
    count++;
  }
  if (count === 0) return;
  let current = 0;
  for (let i = 0; i < length; i++) {
    while (current + 1 < count && start[current + 1]! < i) current++;
    const distance = i - apex[current]!;
    field[offset + i * stride] = distance * distance * unit + line[apex[current]!]!;
  }
}
