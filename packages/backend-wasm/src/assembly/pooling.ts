import { endTap, firstTap, Geometry } from "./geometry";

/*
 * Pooling over channels-last data. `input` is the large side (x or dx), `output` the small one (y or dy).
 */

/** First byte of voxel (n, d, h, w) of the large side. */
@inline
function large(g: Geometry, base: usize, n: i32, d: i32, h: i32, w: i32): usize {
  return base + ((<usize>(((n * g.inDepth + d) * g.inHeight + h) * g.inWidth + w) * g.inChannels) << 2);
}

/** y = maximum, or `scale` (0: one over the voxels inside) times the sum, of every window. */
export function pool(g: Geometry, isMaximum: i32, scale: f32): void {
  let y = g.output;
  const bytes: usize = g.inChannels << 2;
  for (let n = 0; n < g.batch; n++) {
    for (let od = 0; od < g.outDepth; od++) {
      const d = od * g.strideDepth - g.padDepth;
      for (let oh = 0; oh < g.outHeight; oh++) {
        const h = oh * g.strideHeight - g.padHeight;
        for (let ow = 0; ow < g.outWidth; ow++) {
          const w = ow * g.strideWidth - g.padWidth;
          if (isMaximum) maximumOfWindow(g, n, d, h, w, y);
          else sumOfWindow(g, n, d, h, w, y, scale);
          y += bytes;
        }
      }
    }
  }
}

function maximumOfWindow(g: Geometry, n: i32, d: i32, h: i32, w: i32, y: usize): void {
  const bytes: usize = g.inChannels << 2;
  const toDepth = endTap(d, 1, g.inDepth, g.tapsDepth);
  const toHeight = endTap(h, 1, g.inHeight, g.tapsHeight);
  const toWidth = endTap(w, 1, g.inWidth, g.tapsWidth);
  let first = true;
  for (let kd = firstTap(d, 1); kd < toDepth; kd++) {
    for (let kh = firstTap(h, 1); kh < toHeight; kh++) {
      for (let kw = firstTap(w, 1); kw < toWidth; kw++) {
        const x = large(g, g.input, n, d + kd, h + kh, w + kw);
        if (first) {
          memory.copy(y, x, bytes);
          first = false;
          continue;
        }
        let channel: usize = 0;
        for (; channel + 16 <= bytes; channel += 16) v128.store(y + channel, f32x4.max(v128.load(y + channel), v128.load(x + channel)));
        for (; channel < bytes; channel += 4) store<f32>(y + channel, max(load<f32>(y + channel), load<f32>(x + channel)));
      }
    }
  }
}

function sumOfWindow(g: Geometry, n: i32, d: i32, h: i32, w: i32, y: usize, scale: f32): void {
  const bytes: usize = g.inChannels << 2;
  const fromDepth = firstTap(d, 1);
  const toDepth = endTap(d, 1, g.inDepth, g.tapsDepth);
  const fromHeight = firstTap(h, 1);
  const toHeight = endTap(h, 1, g.inHeight, g.tapsHeight);
  const fromWidth = firstTap(w, 1);
  const toWidth = endTap(w, 1, g.inWidth, g.tapsWidth);
  if (scale == 0) scale = 1 / <f32>((toDepth - fromDepth) * (toHeight - fromHeight) * (toWidth - fromWidth));
  let channel: usize = 0;
  for (; channel + 16 <= bytes; channel += 16) {
    let sum = f32x4.splat(0);
    for (let kd = fromDepth; kd < toDepth; kd++) {
      for (let kh = fromHeight; kh < toHeight; kh++) {
        let x = large(g, g.input, n, d + kd, h + kh, w + fromWidth) + channel;
        for (let kw = fromWidth; kw < toWidth; kw++, x += bytes) sum = f32x4.add(sum, v128.load(x));
      }
    }
    v128.store(y + channel, f32x4.mul(sum, f32x4.splat(scale)));
  }
  for (; channel < bytes; channel += 4) {
    let sum: f32 = 0;
    for (let kd = fromDepth; kd < toDepth; kd++) {
      for (let kh = fromHeight; kh < toHeight; kh++) {
        let x = large(g, g.input, n, d + kd, h + kh, w + fromWidth) + channel;
        for (let kw = fromWidth; kw < toWidth; kw++, x += bytes) sum += load<f32>(x);
      }
    }
    store<f32>(y + channel, sum * scale);
  }
}

/** Adds `scale` times every dy to the voxels of its window in dx, which holds zeros at the start. */
export function spreadWindows(g: Geometry, scale: f32): void {
  let dy = g.output;
  const bytes: usize = g.inChannels << 2;
  const factor = f32x4.splat(scale);
  for (let n = 0; n < g.batch; n++) {
    for (let od = 0; od < g.outDepth; od++) {
      const d = od * g.strideDepth - g.padDepth;
      const toDepth = endTap(d, 1, g.inDepth, g.tapsDepth);
      for (let oh = 0; oh < g.outHeight; oh++) {
        const h = oh * g.strideHeight - g.padHeight;
        const toHeight = endTap(h, 1, g.inHeight, g.tapsHeight);
        for (let ow = 0; ow < g.outWidth; ow++, dy += bytes) {
          const w = ow * g.strideWidth - g.padWidth;
          const toWidth = endTap(w, 1, g.inWidth, g.tapsWidth);
          for (let kd = firstTap(d, 1); kd < toDepth; kd++) {
            for (let kh = firstTap(h, 1); kh < toHeight; kh++) {
              for (let kw = firstTap(w, 1); kw < toWidth; kw++) {
                const dx = large(g, g.input, n, d + kd, h + kh, w + kw);
                let channel: usize = 0;
                for (; channel + 16 <= bytes; channel += 16) {
                  v128.store(dx + channel, f32x4.add(v128.load(dx + channel), f32x4.mul(v128.load(dy + channel), factor)));
                }
                for (; channel < bytes; channel += 4) store<f32>(dx + channel, load<f32>(dx + channel) + load<f32>(dy + channel) * scale);
              }
            }
          }
        }
      }
    }
  }
}

/**
 * Adds dy (`dy`) to the voxels of its window that hold the maximum: to the first one, or to all where `all`. `input` is x,
 * `output` is y, `dx` holds zeros at the start.
 */
export function maxPoolGradient(g: Geometry, dy: usize, dx: usize, all: i32): void {
  const gap = dx - g.input;
  const bytes: usize = g.inChannels << 2;
  let y = g.output;
  for (let n = 0; n < g.batch; n++) {
    for (let od = 0; od < g.outDepth; od++) {
      const d = od * g.strideDepth - g.padDepth;
      for (let oh = 0; oh < g.outHeight; oh++) {
        const h = oh * g.strideHeight - g.padHeight;
        for (let ow = 0; ow < g.outWidth; ow++) {
          const w = ow * g.strideWidth - g.padWidth;
          let channel: usize = 0;
          for (; channel + 16 <= bytes; channel += 16) giveToMaxima(g, n, d, h, w, channel, v128.load(y + channel), v128.load(dy + channel), gap, all);
          for (; channel < bytes; channel += 4) giveToMaximum(g, n, d, h, w, channel, load<f32>(y + channel), load<f32>(dy + channel), gap, all);
          y += bytes;
          dy += bytes;
        }
      }
    }
  }
}

function giveToMaxima(g: Geometry, n: i32, d: i32, h: i32, w: i32, channel: usize, maximum: v128, gradient: v128, gap: usize, all: i32): void {
  const toDepth = endTap(d, 1, g.inDepth, g.tapsDepth);
  const toHeight = endTap(h, 1, g.inHeight, g.tapsHeight);
  const toWidth = endTap(w, 1, g.inWidth, g.tapsWidth);
  for (let kd = firstTap(d, 1); kd < toDepth; kd++) {
    for (let kh = firstTap(h, 1); kh < toHeight; kh++) {
      for (let kw = firstTap(w, 1); kw < toWidth; kw++) {
        const x = large(g, g.input, n, d + kd, h + kh, w + kw) + channel;
        const found = f32x4.eq(v128.load(x), maximum);
        v128.store(x + gap, f32x4.add(v128.load(x + gap), v128.and(gradient, found)));
        // What has been given away is gone.
        if (!all) gradient = v128.andnot(gradient, found);
      }
    }
  }
}

function giveToMaximum(g: Geometry, n: i32, d: i32, h: i32, w: i32, channel: usize, maximum: f32, gradient: f32, gap: usize, all: i32): void {
  const toDepth = endTap(d, 1, g.inDepth, g.tapsDepth);
  const toHeight = endTap(h, 1, g.inHeight, g.tapsHeight);
  const toWidth = endTap(w, 1, g.inWidth, g.tapsWidth);
  for (let kd = firstTap(d, 1); kd < toDepth; kd++) {
    for (let kh = firstTap(h, 1); kh < toHeight; kh++) {
      for (let kw = firstTap(w, 1); kw < toWidth; kw++) {
        const x = large(g, g.input, n, d + kd, h + kh, w + kw) + channel;
        if (load<f32>(x) != maximum) continue;
        store<f32>(x + gap, load<f32>(x + gap) + gradient);
        if (!all) return;
      }
    }
  }
}
