/** A C-ordered volume, channels last: [depth, height, width, channels]. A 2D image has depth 1. */
export interface Grid {
  readonly values: Float32Array;
  readonly size: readonly number[];
  readonly channels: number;
}

/**
 * Reads a grid at arbitrary positions by linear interpolation, all channels at once.
 *
 * `positions` holds (depth, height, width) triples in voxels of the grid; `out` gets `channels` values for each. Positions
 * outside the grid read 0 with `outside` "zero" and the nearest border voxel with "nearest".
 */
export function sampleTrilinear(
  grid: Grid,
  positions: Float32Array,
  out: Float32Array,
  outside: "zero" | "nearest",
): void {
  const { values, channels } = grid;
  const depth = grid.size[0]! - 1;
  const height = grid.size[1]! - 1;
  const width = grid.size[2]! - 1;
  const row = grid.size[2]! * channels;
  const plane = grid.size[1]! * row;
  const clamp = outside === "nearest";
  for (let i = 0, to = 0; to < out.length; i += 3, to += channels) {
    let z = positions[i]!;
    let y = positions[i + 1]!;
    let x = positions[i + 2]!;
    if (clamp) {
      z = z < 0 ? 0 : z > depth ? depth : z;
      y = y < 0 ? 0 : y > height ? height : y;
      x = x < 0 ? 0 : x > width ? width : x;
    } else if (!(z >= 0 && z <= depth && y >= 0 && y <= height && x >= 0 && x <= width)) {
      for (let c = 0; c < channels; c++) out[to + c] = 0;
      continue;
    }
    const z0 = z | 0;
    const y0 = y | 0;
    const x0 = x | 0;
    const fz = z - z0;
    const fy = y - y0;
    const fx = x - x0;
    const at = z0 * plane + y0 * row + x0 * channels;
    const dz = z0 < depth ? plane : 0;
    const dy = y0 < height ? row : 0;
    const dx = x0 < width ? channels : 0;
    for (let c = at; c < at + channels; c++) {
      const a = values[c]! + fx * (values[c + dx]! - values[c]!);
      const b = values[c + dy]! + fx * (values[c + dy + dx]! - values[c + dy]!);
      const d = values[c + dz]! + fx * (values[c + dz + dx]! - values[c + dz]!);
      const e = values[c + dz + dy]! + fx * (values[c + dz + dy + dx]! - values[c + dz + dy]!);
      const front = a + fy * (b - a);
      const back = d + fy * (e - d);
      out[to + c - at] = front + fz * (back - front);
    }
  }
}
