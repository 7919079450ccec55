/** A row of a table with the number of its first line in the file, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The rows of a comma-separated table (RFC 4180; semicolons or tabs where the first line has more of those), cells trimmed.
 * Quoted cells may hold separators, line ends and doubled quotes. Empty lines are left out.
 */
export function parseCsv(text: string): CsvRow[] {
  const source = text.replace(/^\uFEFF/, "");
  const first = source.split(/\r?\n/, 1)[0] ?? "";
  const separator = [",", ";", "\t"].reduce((best, one) => (first.split(one).length > first.split(best).length ? one : best));
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let start = 1;
  const endRow = (): void => {
    cells.push(cell.trim());
    if (cells.some((one) => one !== "")) rows.push({ line: start, cells });
    cells = [];
    cell = "";
  };
  for (let at = 0; at < source.length; at++) {
    const character = source[at]!;
    if (character === "\n") line++;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (source[at + 1] === '"') cell += source[at++]!;
      else quoted = false;
    } else if (character === '"' && cell.trim() === "") {
      quoted = true;
      cell = "";
    } else if (character === separator) {
      cells.push(cell.trim());
      cell = "";
    } else if (character === "\n") {
      endRow();
      start = line;
    } else {
      cell += character;
    }
  }
  endRow();
  return rows;
}
