/** Dropout with a mask that follows from the seed and the index alone; @ssl3d/nn defines it (`KERNELS.dropout`). */
export function dropout(x: usize, y: usize, count: i32, seed: u32, threshold: u32, factor: f32): void {
  for (let i = 0; i < count; i += 2) {
    let h: u32 = (<u32>i >> 1) * 0x9e3779b9 + seed;
    h = (h ^ (h >> 16)) * 0x85ebca6b;
    h = (h ^ (h >> 13)) * 0xc2b2ae35;
    h = h ^ (h >> 16);
    const at: usize = i << 2;
    store<f32>(y + at, (h & 0xffff) >= threshold ? load<f32>(x + at) * factor : 0);
    if (i + 1 < count) store<f32>(y + at, h >> 16 >= threshold ? load<f32>(x + at, 4) * factor : 0, 4);
  }
}
