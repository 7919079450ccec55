import { formatNumber } from "./axis.js";
import { html, join, type Html } from "./html.js";

/** A table; numbers are right-aligned and shortened, null shows as a dash. */
export interface Table {
  readonly kind: "table";
  readonly title: string;
  readonly caption?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Starts folded, for long lists. */
  readonly folded?: boolean;
}

/** Draws the table in a scrolling box, so that a phone keeps its page width. */
export function renderTable(table: Table): Html {
  const head = table.columns.map((column, i) =>
    table.rows.some((row) => typeof row[i] === "number") ? html`<th class="number">${column}</th>` : html`<th>${column}</th>`,
  );
  const rows = table.rows.map(
    (row) =>
      html`<tr>${join(
        row.map((cell) =>
          typeof cell === "number" ? html`<td class="number">${formatNumber(cell)}</td>` : cell === null ? html`<td class="number">–</td>` : html`<td>${cell}</td>`,
        ),
        "",
      )}</tr>`,
  );
  const body = html`<div class="scroll"><table><thead><tr>${join(head, "")}</tr></thead><tbody>${join(rows)}</tbody></table></div>`;
  return table.folded === true ? html`<details><summary>${table.rows.length} rows</summary>${body}</details>` : body;
}
