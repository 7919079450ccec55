import { formatNumber, linearAxis } from "./axis.js";
import { legend } from "./curves.js";
import { html, join, type Html } from "./html.js";
import { colourOf } from "./palette.js";

/** One estimate with its interval and the single values behind it. */
export interface Estimate {
  readonly mean: number;
  /** Lower and upper end of the 95 % confidence interval of the mean; none for a single value. */
  readonly interval?: readonly [number, number] | null;
  readonly values?: readonly number[];
}

/** Estimates side by side: one row per group, one mark per series in it. */
export interface Intervals {
  readonly kind: "intervals";
  readonly title: string;
  readonly caption?: string;
  readonly xLabel: string;
  readonly series: readonly string[];
  readonly groups: readonly { readonly name: string; readonly estimates: readonly (Estimate | undefined)[] }[];
}

const WIDTH = 640;
const LEFT = 150;
const RIGHT = 26;
const ROW = 20;
const GAP = 16;
const BOTTOM = 44;

/** Draws means as dots, intervals as bars and single cases as faint dots. */
export function renderIntervals(chart: Intervals): Html {
  const estimates = chart.groups.flatMap((group) => group.estimates).filter((estimate) => estimate !== undefined);
  const numbers = estimates.flatMap((estimate) => [estimate.mean, ...(estimate.interval ?? []), ...(estimate.values ?? [])]);
  const x = linearAxis(numbers, LEFT, WIDTH - RIGHT);
  const groupHeight = chart.series.length * ROW + GAP;
  const height = chart.groups.length * groupHeight + GAP + BOTTOM;
  const rows = chart.groups.map((group, g) => {
    const top = GAP + g * groupHeight;
    const marks = group.estimates.map((estimate, s) => {
      if (estimate === undefined) return html``;
      const y = top + s * ROW + ROW / 2;
      const colour = colourOf(s);
      const [low, high] = estimate.interval ?? [estimate.mean, estimate.mean];
      const cases = (estimate.values ?? []).map(
        (value) => html`<circle cx="${x.position(value)}" cy="${y}" r="2.5" fill="${colour}" opacity=".3"/>`,
      );
      return html`${join(cases)}<line x1="${x.position(low)}" x2="${x.position(high)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="3" stroke-linecap="round"/>
<circle cx="${x.position(estimate.mean)}" cy="${y}" r="5.5" fill="${colour}"><title>${chart.series[s] ?? ""}: ${formatNumber(estimate.mean)} [${formatNumber(low)}, ${formatNumber(high)}]</title></circle>`;
    });
    return html`<text class="label" text-anchor="end" x="${LEFT - 12}" y="${top + (chart.series.length * ROW) / 2 + 4}">${group.name}</text>${join(marks)}`;
  });
  const ticks = x.ticks.map(
    (tick) => html`<line class="grid" x1="${x.position(tick)}" x2="${x.position(tick)}" y1="${GAP / 2}" y2="${height - BOTTOM}"/>
<text class="tick" text-anchor="middle" x="${x.position(tick)}" y="${height - BOTTOM + 18}">${formatNumber(tick)}</text>`,
  );
  return html`${legend(chart.series)}
<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${chart.title}">
${join(ticks)}${join(rows)}
<text class="label" text-anchor="middle" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${height - 6}">${chart.xLabel}</text>
</svg>`;
}
