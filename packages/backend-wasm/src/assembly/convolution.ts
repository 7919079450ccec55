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
      convolveBlock(g, n, d, end);
    }
  }
}

/** All output channels of output slices `from` to `to`, a panel of the filter at a time. */
function convolveBlock(g: Geometry, n: i32, from: i32, to: i32): void {
  const taps: usize = g.tapsDepth * g.tapsHeight * g.tapsWidth * g.inChannels;
  const columnStep: usize = (g.strideWidth * g.inChannels) << 2;
  let filter = g.filter;
  for (let channel = 0; channel < g.outChannels; channel += 8) {
    const channels = min(g.outChannels - channel, 8);
    const wide = channels > 4;
    for (let d = from; d < to; d++) {
      const slice = d * g.strideDepth - g.padDepth;
      const fromDepth = firstTap(slice, g.dilationDepth);
      const toDepth = endTap(slice, g.dilationDepth, g.inDepth, g.tapsDepth);
      for (let h = 0; h < g.outHeight; h++) {
        const row = h * g.strideHeight - g.padHeight;
        const fromHeight = firstTap(row, g.dilationHeight);
        const toHeight = endTap(row, g.dilationHeight, g.inHeight, g.tapsHeight);
        const output = g.output + ((<usize>n * g.outBatchStep + <usize>d * g.outDepthStep + <usize>h * g.outHeightStep + channel) << 2);
        if (wide) {
          for (let w = 0; w < g.outWidth; w += 4) {
            tile4x8(g, filter, slice, fromDepth, toDepth, row, fromHeight, toHeight, <usize>w * columnStep, channel, output + ((<usize>w * g.outWidthStep) << 2), g.outWidth - w, channels);
          }
        } else {
          for (let w = 0; w < g.outWidth; w += 8) {
            tile8x4(g, filter, slice, fromDepth, toDepth, row, fromHeight, toHeight, <usize>w * columnStep, channel, output + ((<usize>w * g.outWidthStep) << 2), g.outWidth - w, channels);
          }
        }
      }
    }
    filter += taps << (wide ? 5 : 4);
  }
}
