/** y = the sum of every row of x [rows, length]; blocks are summed in 32 bits, their sums in 64. */
export function rowSums(x: usize, rows: i32, length: i32, y: usize): void {
  for (let row = 0; row < rows; row++) {
    let total: f64 = 0;
    let rest = length;
    while (rest >= 4) {
      const block = min(rest & ~3, 1024);
      const end = x + (block << 2);
      let sum = f32x4.splat(0);
      for (; x < end; x += 16) sum = f32x4.add(sum, v128.load(x));
      total += <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1) + <f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3);
      rest -= block;
    }
    for (; rest > 0; rest--, x += 4) total += <f64>load<f32>(x);
    store<f32>(y, <f32>total);
    y += 4;
  }
}
