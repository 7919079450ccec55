import type { Figure, NumericArray } from "@ssl3d/core";
import { encode } from "fast-png";
import { html, join, raw, type Html } from "./html.js";
import { rgbOf } from "./palette.js";
import { busiestVoxel, planesOf, type Plane } from "./planes.js";

/** Pictures side by side. */
export interface Figures {
  readonly kind: "figures";
  readonly title: string;
  readonly caption?: string;
  readonly figures: readonly Figure[];
}

const FILL = 0.45;
/** Share of an image above which labels are no structure to look for: its middle shows them, and most of what else there is. */
const STRUCTURE = 0.25;

/** Draws each figure as PNGs in the page itself. */
export function renderFigures(block: Figures): Html {
  return html`<div class="figures">${join(block.figures.map(renderFigure))}</div>`;
}

function renderFigure(figure: Figure): Html {
  const spatial = figure.image.shape.slice(0, -1);
  const labels = figure.outline ?? figure.overlay;
  const through = labels !== undefined && spatial.length === 3 && shareOf(labels) <= STRUCTURE ? busiestVoxel(labels) : undefined;
  const window = windowOf(figure.image);
  const planes = planesOf(spatial, figure.spacing, through).map((plane) => {
    const source = dataUrl(encode({ width: plane.columns, height: plane.rows, channels: 3, data: paint(figure, plane, window) }));
    const shape = `${plane.columns} / ${Number((plane.rows * plane.aspect).toFixed(3))}`;
    return html`<img src="${source}" style="aspect-ratio:${shape}" alt="${`${figure.title} ${plane.name}`.trim()}" loading="lazy">`;
  });
  const caption = figure.caption === undefined ? raw("") : html` <span>${figure.caption}</span>`;
  return html`<figure><div class="planes">${join(planes)}</div><figcaption><b>${figure.title}</b>${caption}${labelLegend(figure)}</figcaption></figure>`;
}

/** Share of the voxels that have a label. */
function shareOf({ data }: NumericArray): number {
  let count = 0;
  for (const label of data) if (label !== 0) count++;
  return count / data.length;
}

function labelLegend(figure: Figure): Html {
  const entries = Object.entries(figure.labels ?? {}).map(
    ([label, name]) => html`<span class="key"><i style="background:rgb(${rgbOf(Number(label) - 1).join(" ")})"></i>${name}</span>`,
  );
  return entries.length === 0 ? raw("") : html`<br>${join(entries, " ")}`;
}

/** Pictures of three channels are painted in colour, all else in the grey levels of its first channel. */
function isColour({ shape }: NumericArray): boolean {
  return shape.length === 3 && shape[2] === 3;
}

/** Levels between the 0.5th and 99.5th percentile of the channels shown, one window for all of them, from a sample of about 20,000 voxels. */
function windowOf(image: NumericArray): readonly [number, number] {
  const channels = image.shape.at(-1) ?? 1;
  const shown = isColour(image) ? channels : 1;
  const voxels = image.data.length / channels;
  const stride = Math.max(1, Math.floor(voxels / 20_000));
  const sample: number[] = [];
  for (let v = 0; v < voxels; v += stride) {
    for (let c = 0; c < shown; c++) {
      const value = image.data[v * channels + c] as number;
      if (Number.isFinite(value)) sample.push(value);
    }
  }
  sample.sort((a, b) => a - b);
  const at = (share: number): number => sample[Math.round(share * (sample.length - 1))] ?? 0;
  return [at(0.005), at(0.995)];
}

/** The value that every corner of the image has: empty space, shown black however the intensities are scaled. */
function emptyValue({ data, shape }: NumericArray): number | undefined {
  const channels = shape.at(-1) ?? 1;
  const corners = shape.slice(0, -1).reduce<number[]>((found, length) => found.flatMap((at) => [at * length, at * length + length - 1]), [0]);
  const values = new Set(corners.map((corner) => data[corner * channels]));
  return values.size === 1 ? [...values][0] : undefined;
}

function paint(figure: Figure, plane: Plane, [low, high]: readonly [number, number]): Uint8Array {
  const pixels = new Uint8Array(plane.rows * plane.columns * 3);
  const channels = figure.image.shape.at(-1) ?? 1;
  const colour = isColour(figure.image);
  const scale = high > low ? 255 / (high - low) : 0;
  const empty = emptyValue(figure.image);
  for (let row = 0; row < plane.rows; row++) {
    for (let column = 0; column < plane.columns; column++) {
      const voxel = plane.index(row, column);
      const base = voxel * channels;
      const label = edgeLabel(figure.outline, plane, row, column);
      const fill = figure.overlay?.data[voxel] ?? 0;
      for (let c = 0; c < 3; c++) {
        const value = figure.image.data[colour ? base + c : base] as number;
        let level = value === empty ? 0 : Math.min(255, Math.max(0, (value - low) * scale));
        if (fill > 0) level = level * (1 - FILL) + (rgbOf(fill - 1)[c] as number) * FILL;
        if (label > 0) level = rgbOf(label - 1)[c] as number;
        pixels[(row * plane.columns + column) * 3 + c] = level;
      }
    }
  }
  return pixels;
}

/** The outlined label at a pixel if one of its four neighbours differs, else 0. */
function edgeLabel(labels: NumericArray | undefined, plane: Plane, row: number, column: number): number {
  if (labels === undefined) return 0;
  const at = (r: number, c: number): number =>
    r < 0 || c < 0 || r >= plane.rows || c >= plane.columns ? 0 : (labels.data[plane.index(r, c)] as number);
  const label = at(row, column);
  if (label === 0) return 0;
  const inside =
    at(row - 1, column) === label && at(row + 1, column) === label && at(row, column - 1) === label && at(row, column + 1) === label;
  return inside ? 0 : label;
}

function dataUrl(png: Uint8Array): string {
  let text = "";
  for (let i = 0; i < png.length; i += 8192) text += String.fromCharCode(...png.subarray(i, i + 8192));
  return `data:image/png;base64,${btoa(text)}`;
}
