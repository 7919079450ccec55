import { Geometry, runLength, runsPerRow } from "./geometry";
import { loadChannels, storeChannels } from "./lanes";

/**
 * Computes 4 neighbouring voxels x 8 output channels, held in registers over all taps (more voxels, or an unrolled loop, are slower). `row` and `slice` are
 * the input indices of tap 0, `column` its byte offset in a packed row; `valid` voxels and `channels` channels are stored.
 */
export function tile4x8(
  g: Geometry, filter: usize, slice: i32, fromDepth: i32, toDepth: i32, row: i32, fromHeight: i32, toHeight: i32,
  column: usize, channel: i32, output: usize, valid: i32, channels: i32,
): void {
  const voxelBytes: usize = g.inChannels << 2;
  const rowBytes: usize = <usize>g.packedWidth * voxelBytes;
  const sliceBytes: usize = <usize>g.inHeight * rowBytes;
  const step: usize = <usize>g.strideWidth * voxelBytes;
  const tapBytes: usize = <usize>g.dilationWidth * voxelBytes;
  const runs = runsPerRow(g);
  const panelBytes: usize = runLength(g) * 32;
  const zero = f32x4.splat(0);
  const bias0 = g.bias ? loadChannels(g.bias + (channel << 2), channels) : zero;
  const bias1 = g.bias ? loadChannels(g.bias + (channel << 2) + 16, channels - 4) : zero;
  let a00 = bias0;
  let a01 = bias1;
  let a10 = bias0;
  let a11 = bias1;
  let a20 = bias0;
  let a21 = bias1;
  let a30 = bias0;
  let a31 = bias1;
  let s = zero;
  let f0 = zero;
  let f1 = zero;
  for (let kd = fromDepth; kd < toDepth; kd++) {
    const sliceStart = g.packed + <usize>((slice + kd * g.dilationDepth) % g.slots) * sliceBytes + column;
    for (let kh = fromHeight; kh < toHeight; kh++) {
      let x = sliceStart + <usize>(row + kh * g.dilationHeight) * rowBytes;
      let f = filter + <usize>((kd * g.tapsHeight + kh) * runs) * panelBytes;
      for (let run = 0; run < runs; run++) {
        let x0 = x;
        let x1 = x + 1 * step;
        let x2 = x + 2 * step;
        let x3 = x + 3 * step;
        const end = f + panelBytes;
        while (f < end) {
          f0 = v128.load(f);
          f1 = v128.load(f, 16);
          s = v128.load32_splat(x0);
          a00 = f32x4.add(a00, f32x4.mul(s, f0));
          a01 = f32x4.add(a01, f32x4.mul(s, f1));
          s = v128.load32_splat(x1);
          a10 = f32x4.add(a10, f32x4.mul(s, f0));
          a11 = f32x4.add(a11, f32x4.mul(s, f1));
          s = v128.load32_splat(x2);
          a20 = f32x4.add(a20, f32x4.mul(s, f0));
          a21 = f32x4.add(a21, f32x4.mul(s, f1));
          s = v128.load32_splat(x3);
          a30 = f32x4.add(a30, f32x4.mul(s, f0));
          a31 = f32x4.add(a31, f32x4.mul(s, f1));
          x0 += 4;
          x1 += 4;
          x2 += 4;
          x3 += 4;
          f += 32;
        }
        x += tapBytes;
      }
    }
  }
  if (g.relu) {
    a00 = f32x4.pmax(a00, zero);
    a01 = f32x4.pmax(a01, zero);
    a10 = f32x4.pmax(a10, zero);
    a11 = f32x4.pmax(a11, zero);
    a20 = f32x4.pmax(a20, zero);
    a21 = f32x4.pmax(a21, zero);
    a30 = f32x4.pmax(a30, zero);
    a31 = f32x4.pmax(a31, zero);
  }
  const outStep: usize = g.outWidthStep << 2;
  {
    storeChannels(output, a00, channels);
    storeChannels(output + 16, a01, channels - 4);
  }
  if (valid > 1) {
    storeChannels(output + 1 * outStep, a10, channels);
    storeChannels(output + 1 * outStep + 16, a11, channels - 4);
  }
  if (valid > 2) {
    storeChannels(output + 2 * outStep, a20, channels);
    storeChannels(output + 2 * outStep + 16, a21, channels - 4);
  }
  if (valid > 3) {
    storeChannels(output + 3 * outStep, a30, channels);
    storeChannels(output + 3 * outStep + 16, a31, channels - 4);
  }
}

/**
 * Computes 8 neighbouring voxels x 4 output channels, held in registers over all taps (more, or an unrolled loop, spills). `row` and `slice` are
 * the input indices of tap 0, `column` its byte offset in a packed row; `valid` voxels and `channels` channels are stored.
 */
export function tile8x4(
  g: Geometry, filter: usize, slice: i32, fromDepth: i32, toDepth: i32, row: i32, fromHeight: i32, toHeight: i32,
  column: usize, channel: i32, output: usize, valid: i32, channels: i32,
): void {
  const voxelBytes: usize = g.inChannels << 2;
  const rowBytes: usize = <usize>g.packedWidth * voxelBytes;
  const sliceBytes: usize = <usize>g.inHeight * rowBytes;
  const step: usize = <usize>g.strideWidth * voxelBytes;
  const tapBytes: usize = <usize>g.dilationWidth * voxelBytes;
  const runs = runsPerRow(g);
  const panelBytes: usize = runLength(g) * 16;
  const zero = f32x4.splat(0);
  const bias0 = g.bias ? loadChannels(g.bias + (channel << 2), channels) : zero;
  let a00 = bias0;
  let a10 = bias0;
  let a20 = bias0;
  let a30 = bias0;
  let a40 = bias0;
  let a50 = bias0;
  let a60 = bias0;
  let a70 = bias0;
  let s = zero;
  let f0 = zero;
  for (let kd = fromDepth; kd < toDepth; kd++) {
    const sliceStart = g.packed + <usize>((slice + kd * g.dilationDepth) % g.slots) * sliceBytes + column;
    for (let kh = fromHeight; kh < toHeight; kh++) {
      let x = sliceStart + <usize>(row + kh * g.dilationHeight) * rowBytes;
      let f = filter + <usize>((kd * g.tapsHeight + kh) * runs) * panelBytes;
      for (let run = 0; run < runs; run++) {
        let x0 = x;
        let x1 = x + 1 * step;
        let x2 = x + 2 * step;
        let x3 = x + 3 * step;
        let x4 = x + 4 * step;
        let x5 = x + 5 * step;
        let x6 = x + 6 * step;
        let x7 = x + 7 * step;
        const end = f + panelBytes;
        while (f < end) {
          f0 = v128.load(f);
          s = v128.load32_splat(x0);
          a00 = f32x4.add(a00, f32x4.mul(s, f0));
          s = v128.load32_splat(x1);
          a10 = f32x4.add(a10, f32x4.mul(s, f0));
          s = v128.load32_splat(x2);
          a20 = f32x4.add(a20, f32x4.mul(s, f0));
          s = v128.load32_splat(x3);
          a30 = f32x4.add(a30, f32x4.mul(s, f0));
          s = v128.load32_splat(x4);
          a40 = f32x4.add(a40, f32x4.mul(s, f0));
          s = v128.load32_splat(x5);
          a50 = f32x4.add(a50, f32x4.mul(s, f0));
          s = v128.load32_splat(x6);
          a60 = f32x4.add(a60, f32x4.mul(s, f0));
          s = v128.load32_splat(x7);
          a70 = f32x4.add(a70, f32x4.mul(s, f0));
          x0 += 4;
          x1 += 4;
          x2 += 4;
          x3 += 4;
          x4 += 4;
          x5 += 4;
          x6 += 4;
          x7 += 4;
          f += 16;
        }
        x += tapBytes;
      }
    }
  }
  if (g.relu) {
    a00 = f32x4.pmax(a00, zero);
    a10 = f32x4.pmax(a10, zero);
    a20 = f32x4.pmax(a20, zero);
    a30 = f32x4.pmax(a30, zero);
    a40 = f32x4.pmax(a40, zero);
    a50 = f32x4.pmax(a50, zero);
    a60 = f32x4.pmax(a60, zero);
    a70 = f32x4.pmax(a70, zero);
  }
  const outStep: usize = g.outWidthStep << 2;
  {
    storeChannels(output, a00, channels);
  }
  if (valid > 1) {
    storeChannels(output + 1 * outStep, a10, channels);
  }
  if (valid > 2) {
    storeChannels(output + 2 * outStep, a20, channels);
  }
  if (valid > 3) {
    storeChannels(output + 3 * outStep, a30, channels);
  }
  if (valid > 4) {
    storeChannels(output + 4 * outStep, a40, channels);
  }
  if (valid > 5) {
    storeChannels(output + 5 * outStep, a50, channels);
  }
  if (valid > 6) {
    storeChannels(output + 6 * outStep, a60, channels);
  }
  if (valid > 7) {
    storeChannels(output + 7 * outStep, a70, channels);
  }
}
