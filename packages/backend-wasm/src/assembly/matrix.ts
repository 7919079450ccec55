/** Rows of b between two sweeps over the columns: a sweep of 8 columns leaves the lines that the next one needs in the first-level cache. */
const BLOCK = 256;

/**
 * c = a b: a holds rows x inner floats, `aRowStep` and `aInnerStep` bytes from one to the next; b is [inner, columns] and
 * c [rows, columns].
 */
export function multiply(a: usize, b: usize, c: usize, rows: i32, inner: i32, columns: i32, aRowStep: usize, aInnerStep: usize): void {
  const step: usize = (<usize>columns) << 2;
  if (inner == 0) memory.fill(c, 0, <usize>rows * step);
  for (let k = 0; k < inner; k += BLOCK) {
    multiplyBlock(a + <usize>k * aInnerStep, b + <usize>k * step, c, rows, min(inner - k, BLOCK), columns, aRowStep, aInnerStep, k > 0);
  }
}

/** Adds the products of `depth` columns of a and rows of b to c, or starts c with them. */
function multiplyBlock(
  a: usize, b: usize, c: usize, rows: i32, depth: i32, columns: i32, aRowStep: usize, aInnerStep: usize, adds: bool,
): void {
  const step: usize = (<usize>columns) << 2;
  const wide = columns & ~7;
  const even = columns & ~3;
  for (let column = 0; column < wide; column += 8) {
    const at: usize = column << 2;
    let row = 0;
    for (; row + 4 <= rows; row += 4) tile4x8(a + <usize>row * aRowStep, b + at, c + <usize>row * step + at, depth, step, aRowStep, aInnerStep, adds);
    for (; row < rows; row++) tile1x8(a + <usize>row * aRowStep, b + at, c + <usize>row * step + at, depth, step, aRowStep, aInnerStep, adds);
  }
  if (wide < even) {
    const at: usize = wide << 2;
    let row = 0;
    for (; row + 4 <= rows; row += 4) tile4x4(a + <usize>row * aRowStep, b + at, c + <usize>row * step + at, depth, step, aRowStep, aInnerStep, adds);
    for (; row < rows; row++) tile1x4(a + <usize>row * aRowStep, b + at, c + <usize>row * step + at, depth, step, aRowStep, aInnerStep, adds);
  }
  for (let column = even; column < columns; column++) {
    const at: usize = column << 2;
    for (let row = 0; row < rows; row++) single(a + <usize>row * aRowStep, b + at, c + <usize>row * step + at, depth, step, aInnerStep, adds);
  }
}

/** 4 rows x 8 columns, held in registers over `depth` products. */
function tile4x8(a: usize, b: usize, c: usize, depth: i32, step: usize, aRowStep: usize, aInnerStep: usize, adds: bool): void {
  let s = f32x4.splat(0);
  let b0 = s;
  let b1 = s;
  let c00 = adds ? v128.load(c) : s;
  let c01 = adds ? v128.load(c, 16) : s;
  let c10 = adds ? v128.load(c + 1 * step) : s;
  let c11 = adds ? v128.load(c + 1 * step, 16) : s;
  let c20 = adds ? v128.load(c + 2 * step) : s;
  let c21 = adds ? v128.load(c + 2 * step, 16) : s;
  let c30 = adds ? v128.load(c + 3 * step) : s;
  let c31 = adds ? v128.load(c + 3 * step, 16) : s;
  for (let k = 0; k < depth; k++) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    s = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load32_splat(a + 1 * aRowStep);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load32_splat(a + 2 * aRowStep);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load32_splat(a + 3 * aRowStep);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    a += aInnerStep;
    b += step;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + 1 * step, c10);
  v128.store(c + 1 * step, c11, 16);
  v128.store(c + 2 * step, c20);
  v128.store(c + 2 * step, c21, 16);
  v128.store(c + 3 * step, c30);
  v128.store(c + 3 * step, c31, 16);
}

/** 1 row x 8 columns, held in registers over `depth` products. */
function tile1x8(a: usize, b: usize, c: usize, depth: i32, step: usize, aRowStep: usize, aInnerStep: usize, adds: bool): void {
  let s = f32x4.splat(0);
  let b0 = s;
  let b1 = s;
  let c00 = adds ? v128.load(c) : s;
  let c01 = adds ? v128.load(c, 16) : s;
  for (let k = 0; k < depth; k++) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    s = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    a += aInnerStep;
    b += step;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
}

/** 4 rows x 4 columns, held in registers over `depth` products. */
function tile4x4(a: usize, b: usize, c: usize, depth: i32, step: usize, aRowStep: usize, aInnerStep: usize, adds: bool): void {
  let s = f32x4.splat(0);
  let b0 = s;
  let c00 = adds ? v128.load(c) : s;
  let c10 = adds ? v128.load(c + 1 * step) : s;
  let c20 = adds ? v128.load(c + 2 * step) : s;
  let c30 = adds ? v128.load(c + 3 * step) : s;
  for (let k = 0; k < depth; k++) {
    b0 = v128.load(b);
    s = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    s = v128.load32_splat(a + 1 * aRowStep);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    s = v128.load32_splat(a + 2 * aRowStep);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    s = v128.load32_splat(a + 3 * aRowStep);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    a += aInnerStep;
    b += step;
  }
  v128.store(c, c00);
  v128.store(c + 1 * step, c10);
  v128.store(c + 2 * step, c20);
  v128.store(c + 3 * step, c30);
}

/** 1 row x 4 columns, held in registers over `depth` products. */
function tile1x4(a: usize, b: usize, c: usize, depth: i32, step: usize, aRowStep: usize, aInnerStep: usize, adds: bool): void {
  let s = f32x4.splat(0);
  let b0 = s;
  let c00 = adds ? v128.load(c) : s;
  for (let k = 0; k < depth; k++) {
    b0 = v128.load(b);
    s = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    a += aInnerStep;
    b += step;
  }
  v128.store(c, c00);
}

/** One entry. */
function single(a: usize, b: usize, c: usize, depth: i32, step: usize, aInnerStep: usize, adds: bool): void {
  let sum: f32 = adds ? load<f32>(c) : 0;
  for (let k = 0; k < depth; k++) {
    sum += load<f32>(a) * load<f32>(b);
    a += aInnerStep;
    b += step;
  }
  store<f32>(c, sum);
}

/** b [columns, rows] = a [rows, columns] transposed, 4 x 4 floats at a time. */
export function transpose(a: usize, b: usize, rows: i32, columns: i32): void {
  const aStep: usize = columns << 2;
  const bStep: usize = rows << 2;
  for (let column = 0; column < columns; column += 4) {
    for (let row = 0; row < rows; row += 4) {
      const from = a + <usize>row * aStep + (column << 2);
      const to = b + <usize>column * bStep + (row << 2);
      if (row + 4 <= rows && column + 4 <= columns) transpose4x4(from, to, aStep, bStep);
      else {
        for (let r = 0; r < min(rows - row, 4); r++) {
          for (let c = 0; c < min(columns - column, 4); c++) {
            store<f32>(to + <usize>c * bStep + (r << 2), load<f32>(from + <usize>r * aStep + (c << 2)));
          }
        }
      }
    }
  }
}

function transpose4x4(from: usize, to: usize, aStep: usize, bStep: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + aStep);
  const r2 = v128.load(from + 2 * aStep);
  const r3 = v128.load(from + 3 * aStep);
  const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
  const high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
  const high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  v128.store(to, i32x4.shuffle(low01, low23, 0, 1, 4, 5));
  v128.store(to + bStep, i32x4.shuffle(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * bStep, i32x4.shuffle(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * bStep, i32x4.shuffle(high01, high23, 2, 3, 6, 7));
}
