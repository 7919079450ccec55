/** A plain text table: columns padded to their widest cell, numbers to the right. The first row is the header. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const [header = []] = rows;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const numeric = header.map((_, column) => rows.slice(1).every((row) => /^(-?[\d.]+( .*)?|-)$/.test(row[column] ?? "")));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.join("\n");
}
