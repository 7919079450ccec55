import { endTap, firstTap, Geometry, packSlice, runLength, runsPerRow } from "./geometry";

/**
 * Adds the gradient of a convolution's filter to `filter` ([taps, input channels, output channels], not packed). `output`
 * holds the gradient of the convolution's output with `outWidthStep` floats a voxel, a multiple of 4; the floats
 * beyond `outChannels` are ignored.
 */
export function filterGradient(g: Geometry): void {
  const length = runLength(g);
  const runs = runsPerRow(g);
  const rowBytes: usize = (g.packedWidth * g.inChannels) << 2;
  for (let n = 0; n < g.batch; n++) {
    if (g.direct) g.packed = g.input + ((<usize>n * g.inDepth * g.inHeight * g.inWidth * g.inChannels) << 2);
    let packedTo = 0;
    for (let d = 0; d < g.outDepth; d++) {
      const slice = d * g.strideDepth - g.padDepth;
      const last = min(slice + (g.tapsDepth - 1) * g.dilationDepth + 1, g.inDepth);
      if (!g.direct) {
        for (let s = max(slice, packedTo); s < last; s++) packSlice(g, n, s);
        packedTo = max(packedTo, last);
      }
      const fromDepth = firstTap(slice, g.dilationDepth);
      const toDepth = endTap(slice, g.dilationDepth, g.inDepth, g.tapsDepth);
      const dy = g.output + ((<usize>n * g.outBatchStep + <usize>d * g.outDepthStep) << 2);
      for (let group = 0; group < g.outHeight; group += g.groupRows) {
        const groupEnd = min(group + g.groupRows, g.outHeight);
        for (let kd = fromDepth; kd < toDepth; kd++) {
          const sliceStart = g.packed + <usize>((slice + kd * g.dilationDepth) % g.slots) * g.inHeight * rowBytes;
          for (let kh = 0; kh < g.tapsHeight; kh++) {
            const shift = kh * g.dilationHeight - g.padHeight;
            const fromRow = max(group, firstTap(shift, g.strideHeight));
            const toRow = endTap(shift, g.strideHeight, g.inHeight, groupEnd);
            if (fromRow >= toRow) continue;
            const x = sliceStart + <usize>(fromRow * g.strideHeight + shift) * rowBytes;
            for (let run = 0; run < runs; run++) {
              const tap: usize = ((kd * g.tapsHeight + kh) * runs + run) * length;
              addRun(g, x + ((<usize>run * g.dilationWidth * g.inChannels) << 2), dy + ((<usize>fromRow * g.outHeightStep) << 2), toRow - fromRow, length, g.filter + ((tap * g.outChannels) << 2), rowBytes);
            }
          }
        }
      }
    }
  }
}

/** Adds what `rows` rows contribute to the `length` x `outChannels` entries of one run of taps. */
function addRun(g: Geometry, x: usize, dy: usize, rows: i32, length: i32, target: usize, rowBytes: usize): void {
  const outBytes: usize = g.outChannels << 2;
  let channel = 0;
  for (; channel + 4 < g.outChannels; channel += 8) {
    for (let j = 0; j < length; j += 4) {
      gradientTile4x8(g, x + (j << 2), dy + (channel << 2), rows, rowBytes, target + <usize>j * outBytes + (channel << 2), min(length - j, 4), g.outChannels - channel);
    }
  }
  if (channel < g.outChannels) {
    for (let j = 0; j < length; j += 8) {
      gradientTile8x4(g, x + (j << 2), dy + (channel << 2), rows, rowBytes, target + <usize>j * outBytes + (channel << 2), min(length - j, 8), g.outChannels - channel);
    }
  }
}

@inline
function addChannels(to: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(to, f32x4.add(v128.load(to), value));
  else addFew(to, value, count);
}

function addFew(to: usize, value: v128, count: i32): void {
  if (count > 0) store<f32>(to, load<f32>(to) + f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(to, load<f32>(to, 4) + f32x4.extract_lane(value, 1), 4);
  if (count > 2) store<f32>(to, load<f32>(to, 8) + f32x4.extract_lane(value, 2), 8);
}

/** Sums 4 input channels x 8 output channels over rows of voxels in registers, then adds them to the target. */
function gradientTile4x8(g: Geometry, x: usize, dy: usize, rows: i32, rowBytes: usize, target: usize, inputs: i32, channels: i32): void {
  const xStep: usize = (g.strideWidth * g.inChannels) << 2;
  const xRowStep: usize = <usize>g.strideHeight * rowBytes;
  const dyStep: usize = g.outWidthStep << 2;
  const dyRowStep: usize = g.outHeightStep << 2;
  const rowLength: usize = <usize>g.outWidth * dyStep;
  const zero = f32x4.splat(0);
  let s = zero;
  let y0 = zero;
  let y1 = zero;
  let a00 = zero;
  let a01 = zero;
  let a10 = zero;
  let a11 = zero;
  let a20 = zero;
  let a21 = zero;
  let a30 = zero;
  let a31 = zero;
  for (let row = 0; row < rows; row++) {
    let from = x;
    let to = dy;
    const end = dy + rowLength;
    while (to < end) {
      y0 = v128.load(to, 0);
      y1 = v128.load(to, 16);
      s = v128.load32_splat(from, 0);
      a00 = f32x4.add(a00, f32x4.mul(s, y0));
      a01 = f32x4.add(a01, f32x4.mul(s, y1));
      s = v128.load32_splat(from, 4);
      a10 = f32x4.add(a10, f32x4.mul(s, y0));
      a11 = f32x4.add(a11, f32x4.mul(s, y1));
      s = v128.load32_splat(from, 8);
      a20 = f32x4.add(a20, f32x4.mul(s, y0));
      a21 = f32x4.add(a21, f32x4.mul(s, y1));
      s = v128.load32_splat(from, 12);
      a30 = f32x4.add(a30, f32x4.mul(s, y0));
      a31 = f32x4.add(a31, f32x4.mul(s, y1));
      from += xStep;
      to += dyStep;
    }
    x += xRowStep;
    dy += dyRowStep;
  }
  const outBytes: usize = g.outChannels << 2;
  {
    addChannels(target, a00, channels);
    addChannels(target + 16, a01, channels - 4);
  }
  if (inputs > 1) {
    addChannels(target + 1 * outBytes, a10, channels);
    addChannels(target + 1 * outBytes + 16, a11, channels - 4);
  }
  if (inputs > 2) {
    addChannels(target + 2 * outBytes, a20, channels);
    addChannels(target + 2 * outBytes + 16, a21, channels - 4);
  }
  if (inputs > 3) {
    addChannels(target + 3 * outBytes, a30, channels);
    addChannels(target + 3 * outBytes + 16, a31, channels - 4);
  }
}

/** Sums 8 input channels x 4 output channels over rows of voxels in registers, then adds them to the target. */
function gradientTile8x4(g: Geometry, x: usize, dy: usize, rows: i32, rowBytes: usize, target: usize, inputs: i32, channels: i32): void {
  const xStep: usize = (g.strideWidth * g.inChannels) << 2;
  const xRowStep: usize = <usize>g.strideHeight * rowBytes;
  const dyStep: usize = g.outWidthStep << 2;
  const dyRowStep: usize = g.outHeightStep << 2;
  const rowLength: usize = <usize>g.outWidth * dyStep;
  const zero = f32x4.splat(0);
  let s = zero;
  let y0 = zero;
  let a00 = zero;
  let a10 = zero;
  let a20 = zero;
  let a30 = zero;
  let a40 = zero;
  let a50 = zero;
  let a60 = zero;
  let a70 = zero;
  for (let row = 0; row < rows; row++) {
    let from = x;
    let to = dy;
    const end = dy + rowLength;
    while (to < end) {
      y0 = v128.load(to, 0);
      s = v128.load32_splat(from, 0);
      a00 = f32x4.add(a00, f32x4.mul(s, y0));
      s = v128.load32_splat(from, 4);
      a10 = f32x4.add(a10, f32x4.mul(s, y0));
      s = v128.load32_splat(from, 8);
      a20 = f32x4.add(a20, f32x4.mul(s, y0));
      s = v128.load32_splat(from, 12);
      a30 = f32x4.add(a30, f32x4.mul(s, y0));
      s = v128.load32_splat(from, 16);
      a40 = f32x4.add(a40, f32x4.mul(s, y0));
      s = v128.load32_splat(from, 20);
      a50 = f32x4.add(a50, f32x4.mul(s, y0));
      s = v128.load32_splat(from, 24);
      a60 = f32x4.add(a60, f32x4.mul(s, y0));
      s = v128.load32_splat(from, 28);
      a70 = f32x4.add(a70, f32x4.mul(s, y0));
      from += xStep;
      to += dyStep;
    }
    x += xRowStep;
    dy += dyRowStep;
  }
  const outBytes: usize = g.outChannels << 2;
  {
    addChannels(target, a00, channels);
  }
  if (inputs > 1) {
    addChannels(target + 1 * outBytes, a10, channels);
  }
  if (inputs > 2) {
    addChannels(target + 2 * outBytes, a20, channels);
  }
  if (inputs > 3) {
    addChannels(target + 3 * outBytes, a30, channels);
  }
  if (inputs > 4) {
    addChannels(target + 4 * outBytes, a40, channels);
  }
  if (inputs > 5) {
    addChannels(target + 5 * outBytes, a50, channels);
  }
  if (inputs > 6) {
    addChannels(target + 6 * outBytes, a60, channels);
  }
  if (inputs > 7) {
    addChannels(target + 7 * outBytes, a70, channels);
  }
}
