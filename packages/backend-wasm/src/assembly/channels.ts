/*
 * Passes over channels-last data seen as [rows, channels]. Sums are kept in 32 bits over a block of rows that fits the first-level cache and
 * then added up in 64 bits, so that they stay exact to float32 over millions of voxels.
 */

/** Rows of a block. */
@inline
function blockRows(channels: i32): i32 {
  return max(min(2048 / channels, 256), 1);
}

@inline
function addSums(sums: usize, value: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(value)));
  const high = i32x4.shuffle(value, value, 2, 3, 2, 3);
  v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** Adds the sum of every channel to `sums` (float64). */
export function channelSums(x: usize, rows: i32, channels: i32, sums: usize): void {
  const step: usize = channels << 2;
  const block = blockRows(channels);
  for (let row = 0; row < rows; row += block) {
    const end = x + <usize>min(rows, row + block) * step;
    let channel = 0;
    for (; channel + 4 <= channels; channel += 4) {
      let sum = f32x4.splat(0);
      for (let at = x + <usize>row * step; at < end; at += step) sum = f32x4.add(sum, v128.load(at + (channel << 2)));
      addSums(sums + (channel << 3), sum);
    }
    for (; channel < channels; channel++) {
      let sum: f64 = 0;
      for (let at = x + <usize>row * step; at < end; at += step) sum += <f64>load<f32>(at + (channel << 2));
      store<f64>(sums + (channel << 3), load<f64>(sums + (channel << 3)) + sum);
    }
  }
}

/** Adds to `sums` and `squares` (float64) the sums of x - shift and of its square; `shift` [channels] avoids cancellation. */
export function channelMoments(x: usize, shift: usize, rows: i32, channels: i32, sums: usize, squares: usize): void {
  const step: usize = channels << 2;
  const block = blockRows(channels);
  for (let row = 0; row < rows; row += block) {
    const end = x + <usize>min(rows, row + block) * step;
    let channel = 0;
    for (; channel + 4 <= channels; channel += 4) {
      const origin = v128.load(shift + (channel << 2));
      let sum = f32x4.splat(0);
      let square = f32x4.splat(0);
      for (let at = x + <usize>row * step; at < end; at += step) {
        const value = f32x4.sub(v128.load(at + (channel << 2)), origin);
        sum = f32x4.add(sum, value);
        square = f32x4.add(square, f32x4.mul(value, value));
      }
      addSums(sums + (channel << 3), sum);
      addSums(squares + (channel << 3), square);
    }
    for (; channel < channels; channel++) {
      const origin = load<f32>(shift + (channel << 2));
      let sum: f64 = 0;
      let square: f64 = 0;
      for (let at = x + <usize>row * step; at < end; at += step) {
        const value = <f64>(load<f32>(at + (channel << 2)) - origin);
        sum += value;
        square += value * value;
      }
      store<f64>(sums + (channel << 3), load<f64>(sums + (channel << 3)) + sum);
      store<f64>(squares + (channel << 3), load<f64>(squares + (channel << 3)) + square);
    }
  }
}

/** Adds to `sums` and `products` (float64) the sums of dy and of dy * (x - shift). */
export function channelProducts(x: usize, shift: usize, dy: usize, rows: i32, channels: i32, sums: usize, products: usize): void {
  const step: usize = channels << 2;
  const block = blockRows(channels);
  const gap = dy - x;
  for (let row = 0; row < rows; row += block) {
    const end = x + <usize>min(rows, row + block) * step;
    let channel = 0;
    for (; channel + 4 <= channels; channel += 4) {
      const origin = v128.load(shift + (channel << 2));
      let sum = f32x4.splat(0);
      let product = f32x4.splat(0);
      for (let at = x + <usize>row * step; at < end; at += step) {
        const gradient = v128.load(at + gap + (channel << 2));
        sum = f32x4.add(sum, gradient);
        product = f32x4.add(product, f32x4.mul(gradient, f32x4.sub(v128.load(at + (channel << 2)), origin)));
      }
      addSums(sums + (channel << 3), sum);
      addSums(products + (channel << 3), product);
    }
    for (; channel < channels; channel++) {
      const origin = load<f32>(shift + (channel << 2));
      let sum: f64 = 0;
      let product: f64 = 0;
      for (let at = x + <usize>row * step; at < end; at += step) {
        const gradient = <f64>load<f32>(at + gap + (channel << 2));
        sum += gradient;
        product += gradient * <f64>(load<f32>(at + (channel << 2)) - origin);
      }
      store<f64>(sums + (channel << 3), load<f64>(sums + (channel << 3)) + sum);
      store<f64>(products + (channel << 3), load<f64>(products + (channel << 3)) + product);
    }
  }
}

/** y = factor * x + offset, both per channel. */
export function scaleChannels(x: usize, factor: usize, offset: usize, y: usize, rows: i32, channels: i32): void {
  for (let row = 0; row < rows; row++) {
    let channel: usize = 0;
    const bytes: usize = channels << 2;
    for (; channel + 16 <= bytes; channel += 16) {
      v128.store(y + channel, f32x4.add(f32x4.mul(v128.load(x + channel), v128.load(factor + channel)), v128.load(offset + channel)));
    }
    for (; channel < bytes; channel += 4) {
      store<f32>(y + channel, load<f32>(x + channel) * load<f32>(factor + channel) + load<f32>(offset + channel));
    }
    x += bytes;
    y += bytes;
  }
}

/** z = a * dy + b * x + c, each factor per channel. */
export function combineChannels(dy: usize, x: usize, a: usize, b: usize, c: usize, z: usize, rows: i32, channels: i32): void {
  for (let row = 0; row < rows; row++) {
    let channel: usize = 0;
    const bytes: usize = channels << 2;
    for (; channel + 16 <= bytes; channel += 16) {
      const fromDy = f32x4.mul(v128.load(dy + channel), v128.load(a + channel));
      const fromX = f32x4.mul(v128.load(x + channel), v128.load(b + channel));
      v128.store(z + channel, f32x4.add(f32x4.add(fromDy, fromX), v128.load(c + channel)));
    }
    for (; channel < bytes; channel += 4) {
      store<f32>(z + channel, load<f32>(dy + channel) * load<f32>(a + channel) + load<f32>(x + channel) * load<f32>(b + channel) + load<f32>(c + channel));
    }
    dy += bytes;
    x += bytes;
    z += bytes;
  }
}

/** dz = dy where y > 0, else 0, over `count` floats. */
export function maskPositive(dy: usize, y: usize, dz: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let i: usize = 0;
  const bytes: usize = (<usize>count) << 2;
  for (; i + 16 <= bytes; i += 16) v128.store(dz + i, v128.and(v128.load(dy + i), f32x4.gt(v128.load(y + i), zero)));
  for (; i < bytes; i += 4) store<f32>(dz + i, load<f32>(y + i) > 0 ? load<f32>(dy + i) : 0);
}
