import { endTap, firstTap, Geometry, packSlice } from "./geometry";
import { tile4x8, tile8x4 } from "./tiles";

/** Convolves channels-last data with a filter laid out by `packFilter`, adding the bias and applying ReLU where asked. */
export function convolve(g: Geometry): void {
  for (let n = 0; n < g.batch; n++) {
    if (g.direct) g.packed = g.input + ((<usize>n * g.inDepth * g.inHeight * g.inWidth * g.inChannels) << 2);
    let packedTo = 0;
    for (let d = 0; d < g.outDepth; d += g.block) {
      const end = min(d + g.block, g.outDepth);
      if (!g.direct) {
        const first = max(d * g.strideDepth - g.padDepth, packedTo);
        const last = min((end - 1) * g.strideDepth - g.padDepth + (g.tapsDepth - 1) * g.dilationDepth + 1, g.inDepth);
        for (let slice = first; slice < last; slice++) packSlice(g, n, slice);
        packedTo = max(packedTo, last);
      }
      for (let h = 0; h < g.outHeight; h += g.groupRows) convolveBlock(g, n, d, end, h, min(h + g.groupRows, g.outHeight));
    }
  }
}

/** Rows `fromRow` to `toRow` of output slices `from` to `to`, all their channels, a panel of the filter at a time. */
function convolveBlock(g: Geometry, n: i32, from: i32, to: i32, fromRow: i32, toRow: i32): void {
  const taps: usize = g.tapsDepth * g.tapsHeight * g.tapsWidth * g.inChannels;
  let filter = g.filter;
  for (let channel = 0; channel < g.outChannels; channel += 8) {
    const channels = min(g.outChannels - channel, 8);
    for (let d = from; d < to; d++) {
      const slice = d * g.strideDepth - g.padDepth;
      const fromDepth = firstTap(slice, g.dilationDepth);
      const toDepth = endTap(slice, g.dilationDepth, g.inDepth, g.tapsDepth);
      for (let h = fromRow; h < toRow; h++) {
        const output = g.output + ((<usize>n * g.outBatchStep + <usize>d * g.outDepthStep + <usize>h * g.outHeightStep + channel) << 2);
        convolveRow(g, filter, slice, fromDepth, toDepth, h * g.strideHeight - g.padHeight, channel, output, channels);
      }
    }
    filter += taps << (channels > 4 ? 5 : 4);
  }
}

/** One output row of up to 8 channels. */
function convolveRow(
  g: Geometry, filter: usize, slice: i32, fromDepth: i32, toDepth: i32, row: i32, channel: i32, output: usize, channels: i32,
): void {
  const fromHeight = firstTap(row, g.dilationHeight);
  const toHeight = endTap(row, g.dilationHeight, g.inHeight, g.tapsHeight);
  const columnStep: usize = (g.strideWidth * g.inChannels) << 2;
  let w = 0;
  while (w < g.outWidth) {
    const rest = g.outWidth - w;
    const column = <usize>w * columnStep;
    const target = output + ((<usize>w * g.outWidthStep) << 2);
    if (channels <= 4) {
      tile8x4(g, filter, slice, fromDepth, toDepth, row, fromHeight, toHeight, column, channel, target, rest, channels);
      w += 8;
    } else {
      tile4x8(g, filter, slice, fromDepth, toDepth, row, fromHeight, toHeight, column, channel, target, rest, channels);
      w += 4;
    }
  }
}
