import { formatNumber, linearAxis } from "./axis.js";
import { html, join, raw, type Html } from "./html.js";
import { colourOf } from "./palette.js";

/** One line of a chart. Points are drawn in the order given; values that are not finite interrupt the line. A single point is a dot. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A line chart. */
export interface Curves {
  readonly kind: "curves";
  readonly title: string;
  readonly caption?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** A dashed level with its name, such as the accuracy of guessing. */
  readonly reference?: { readonly name: string; readonly y: number };
}

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 58;
const RIGHT = 26;
const TOP = 14;
const BOTTOM = 44;
const MOST_POINTS = 400;

/** Draws the chart as inline SVG with its legend above. */
export function renderCurves(chart: Curves): Html {
  const points = chart.series.flatMap((series) => series.points);
  const x = linearAxis(points.map((point) => point.x), LEFT, WIDTH - RIGHT);
  const levels = chart.reference === undefined ? [] : [chart.reference.y];
  const y = linearAxis([...points.map((point) => point.y), ...levels], HEIGHT - BOTTOM, TOP);
  const grid = y.ticks.map(
    (tick) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.position(tick)}" y2="${y.position(tick)}"/>
<text class="tick" text-anchor="end" x="${LEFT - 8}" y="${y.position(tick) + 4}">${formatNumber(tick)}</text>`,
  );
  const ticks = x.ticks.map(
    (tick) => html`<text class="tick" text-anchor="middle" x="${x.position(tick)}" y="${HEIGHT - BOTTOM + 18}">${formatNumber(tick)}</text>`,
  );
  const lines = chart.series.map((series, i) => {
    const finite = series.points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
    if (finite.length === 1) {
      const [only] = finite as [Series["points"][number]];
      return html`<circle cx="${x.position(only.x)}" cy="${y.position(only.y)}" r="4" fill="${colourOf(i)}"><title>${series.name}</title></circle>`;
    }
    const path = pathOf(thin(series.points), x.position, y.position);
    return html`<path class="line" stroke="${colourOf(i)}" d="${path}"><title>${series.name}</title></path>`;
  });
  const reference =
    chart.reference === undefined
      ? raw("")
      : html`<line class="reference" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.position(chart.reference.y)}" y2="${y.position(chart.reference.y)}"/>
<text class="tick" text-anchor="end" x="${WIDTH - RIGHT}" y="${y.position(chart.reference.y) - 5}">${chart.reference.name}</text>`;
  return html`${legend(chart.series.map((series) => series.name))}
<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${chart.title}">
${join(grid)}${join(ticks)}${reference}${join(lines)}
<text class="label" text-anchor="middle" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}">${chart.xLabel}</text>
<text class="label" text-anchor="middle" transform="translate(14 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)">${chart.yLabel}</text>
</svg>`;
}

/** Coloured names; nothing for a single series, whose name is the title's. */
export function legend(names: readonly string[]): Html {
  if (names.length < 2) return raw("");
  const entries = names.map((name, i) => html`<span class="key"><i style="background:${colourOf(i)}"></i>${name}</span>`);
  return html`<p class="legend">${join(entries, " ")}</p>`;
}

/** Averages neighbours so that a long run stays a small file. */
function thin(points: Series["points"]): Series["points"] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  if (stride <= 1) return points;
  const thinned: { x: number; y: number }[] = [];
  for (let i = 0; i < points.length; i += stride) {
    const group = points.slice(i, i + stride);
    const mean = (pick: (point: { x: number; y: number }) => number): number =>
      group.reduce((sum, point) => sum + pick(point), 0) / group.length;
    thinned.push({ x: mean((point) => point.x), y: mean((point) => point.y) });
  }
  return thinned;
}

function pathOf(points: Series["points"], x: (value: number) => number, y: (value: number) => number): string {
  let path = "";
  let pen = "M";
  for (const point of points) {
    if (!Number.isFinite(point.x) || !Number.isFinite(point.y)) {
      pen = "M";
      continue;
    }
    path += `${pen}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`;
    pen = "L";
  }
  return path;
}
