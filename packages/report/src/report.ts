import { renderCurves, type Curves } from "./curves.js";
import { renderFigures, type Figures } from "./figures.js";
import { html, join, raw, type Html } from "./html.js";
import { renderIntervals, type Intervals } from "./intervals.js";
import { STYLES } from "./styles.js";
import { renderTable, type Table } from "./table.js";

/** Text as it is, such as a configuration; starts folded. */
export interface Code {
  readonly kind: "code";
  readonly title: string;
  readonly caption?: string;
  readonly text: string;
}

/** A part of a report. */
export type Block = Curves | Figures | Intervals | Table | Code;

/** What a report page says, top to bottom. */
export interface Report {
  readonly title: string;
  /** One sentence under the title: what was done. */
  readonly summary: string;
  /** What a reader must know before believing a number, e.g. that the data are synthetic. */
  readonly notes?: readonly string[];
  /** Short facts: engine, time, seed. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly blocks: readonly Block[];
}

/** Renders one self-contained HTML page: styles, charts and pictures are inside, nothing is fetched. */
export function renderReport(report: Report): string {
  const notes = (report.notes ?? []).map((note) => html`<p class="note">${note}</p>`);
  const facts = report.facts.map((fact) => html`<div><dt>${fact.name}</dt><dd>${fact.value}</dd></div>`);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${report.title}</title>
<style>${raw(STYLES)}</style>
</head>
<body>
<header><h1>${report.title}</h1><p class="soft">${report.summary}</p></header>
${join(notes)}
<dl>${join(facts)}</dl>
${join(report.blocks.map(renderBlock))}
</body>
</html>
`;
  return page.markup;
}

function renderBlock(block: Block): Html {
  const caption = block.caption === undefined ? raw("") : html`<p class="caption">${block.caption}</p>`;
  return html`<section><h2>${block.title}</h2>${caption}${renderBody(block)}</section>`;
}

function renderBody(block: Block): Html {
  switch (block.kind) {
    case "curves":
      return renderCurves(block);
    case "intervals":
      return renderIntervals(block);
    case "figures":
      return renderFigures(block);
    case "table":
      return renderTable(block);
    case "code":
      return html`<details><summary>show</summary><pre>${block.text}</pre></details>`;
    default:
      return block satisfies never;
  }
}
