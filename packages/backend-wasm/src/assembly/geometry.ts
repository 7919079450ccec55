/**
 * Geometry of one convolution, written by the caller into scratch memory as consecutive 32-bit integers in this order
 * (src/geometry.ts holds the same list). Sizes are in voxels, steps in floats, pointers in bytes.
 */
@unmanaged
export class Geometry {
  input: usize;
  /** Ring of `slots` depth slices of the input, rows padded along the width; the input itself where no padding is needed. */
  packed: usize;
  filter: usize;
  /** Zero for none. */
  bias: usize;
  output: usize;
  relu: i32;
  batch: i32;
  inDepth: i32;
  inHeight: i32;
  inWidth: i32;
  inChannels: i32;
  outDepth: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  tapsDepth: i32;
  tapsHeight: i32;
  tapsWidth: i32;
  strideDepth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationDepth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  /** Padding before the first voxel; negative to skip input. */
  padDepth: i32;
  padHeight: i32;
  padWidth: i32;
  outBatchStep: i32;
  outDepthStep: i32;
  outHeightStep: i32;
  outWidthStep: i32;
  /** Voxels in a packed row. */
  packedWidth: i32;
  slots: i32;
  /** Output slices and rows of each computed per pass over the filter. */
  block: i32;
  groupRows: i32;
  /** Whether `packed` is the input itself. */
  direct: i32;
}

/** Floats that consecutive taps along the width read without a gap. */
@inline
export function runLength(g: Geometry): i32 {
  return g.dilationWidth == 1 ? g.tapsWidth * g.inChannels : g.inChannels;
}

/** Runs per filter row. */
@inline
export function runsPerRow(g: Geometry): i32 {
  return g.dilationWidth == 1 ? 1 : g.tapsWidth;
}

/** First tap whose input index `start + tap * dilation` is not negative. */
@inline
export function firstTap(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}

/** One past the last tap whose input index is below `size`. */
@inline
export function endTap(start: i32, dilation: i32, size: i32, taps: i32): i32 {
  const end = start >= size ? 0 : (size - start + dilation - 1) / dilation;
  return end < taps ? end : taps;
}

/** Copies input slice `d` of sample `n` into its slot, every row padded with zeros. */
export function packSlice(g: Geometry, n: i32, d: i32): void {
  const voxel: usize = g.inChannels << 2;
  const rowBytes: usize = <usize>g.packedWidth * voxel;
  const left = max(g.padWidth, 0);
  const skipped = max(-g.padWidth, 0);
  const copied = max(min(g.inWidth - skipped, g.packedWidth - left), 0);
  let to = g.packed + <usize>(d % g.slots) * g.inHeight * rowBytes;
  let from = g.input + (<usize>(n * g.inDepth + d) * g.inHeight * g.inWidth + skipped) * voxel;
  for (let h = 0; h < g.inHeight; h++) {
    memory.fill(to, 0, <usize>left * voxel);
    memory.copy(to + <usize>left * voxel, from, <usize>copied * voxel);
    memory.fill(to + <usize>(left + copied) * voxel, 0, <usize>(g.packedWidth - left - copied) * voxel);
    to += rowBytes;
    from += <usize>g.inWidth * voxel;
  }
}
