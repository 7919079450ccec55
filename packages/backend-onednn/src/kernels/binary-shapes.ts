/** Two arrays with as few axes as tell where the second is repeated; its repeated axes have size 1. */
export interface BroadcastShapes {
  readonly source: readonly number[];
  readonly operand: readonly number[];
  /** Times that the operand's values are to be laid side by side to have the operand's shape. */
  readonly tiles: number;
}

/** Values in a row that let the library run long vectors. */
const ROW = 4096;

/**
 * Folds neighbouring axes of `shape` and of an operand that broadcasts to it. An operand of a few channels is laid side by
 * side: the library is several times as fast on rows of thousands of values as on rows of 16.
 */
export function foldBroadcast(shape: readonly number[], operand: readonly number[]): BroadcastShapes {
  const aligned = [...new Array<number>(shape.length - operand.length).fill(1), ...operand];
  const groups: { size: number; isRepeated: boolean }[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const isRepeated = aligned[axis] === 1;
    const last = groups[groups.length - 1];
    if (last !== undefined && last.isRepeated === isRepeated) last.size *= size;
    else groups.push({ size, isRepeated });
  });
  const [rows, row] = groups.slice(-2);
  const tiles = rows?.isRepeated === true && row !== undefined ? divisorUpTo(rows.size, Math.floor(ROW / row.size)) : 1;
  if (tiles > 1) {
    rows!.size /= tiles;
    row!.size *= tiles;
  }
  return {
    source: groups.map(({ size }) => size),
    operand: groups.map(({ size, isRepeated }) => (isRepeated ? 1 : size)),
    tiles,
  };
}

/** The largest divisor that is no larger than `limit`; 1 where the limit is below it. */
export function divisorUpTo(value: number, limit: number): number {
  let divisor = Math.max(1, Math.min(value, limit));
  while (value % divisor !== 0) divisor--;
  return divisor;
}
