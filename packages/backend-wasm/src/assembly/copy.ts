/** Copies `rows` rows of `bytes` bytes (a multiple of 4) between arrays with other steps from row to row, in bytes. */
export function copyRows(from: usize, to: usize, rows: i32, bytes: usize, fromStep: usize, toStep: usize): void {
  for (let row = 0; row < rows; row++) {
    if (bytes > 256) memory.copy(to, from, bytes);
    else {
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(from + i));
      for (; i < bytes; i += 4) store<u32>(to + i, load<u32>(from + i));
    }
    from += fromStep;
    to += toStep;
  }
}
