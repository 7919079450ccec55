import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { formatNumber, linearAxis } from "./axis.js";
import { planesOf, busiestVoxel } from "./planes.js";
import { renderReport, type Block } from "./report.js";

const page = (blocks: readonly Block[]): string => renderReport({ title: "A <b>", summary: "one & two", notes: ["synthetic"], facts: [{ name: "Engine", value: "wasm" }], blocks });

describe("renderReport", () => {
  it("escapes text and fetches nothing", () => {
    const markup = page([{ kind: "table", title: "T", columns: ["<i>"], rows: [["<script>"], [0.123456], [null]] }]);
    expect(markup).toContain("A &#60;b&#62;");
    expect(markup).not.toContain("<script");
    expect(markup).not.toMatch(/(src|href)="(?!data:)/);
    expect(markup).not.toMatch(/https?:\/\//);
    expect(markup).toContain("0.123");
  });

  it("interrupts a curve at a value that is not finite and keeps the rest", () => {
    const points = [1, 2, Number.NaN, 4, 5].map((y, x) => ({ x, y }));
    const markup = page([{ kind: "curves", title: "Loss", xLabel: "step", yLabel: "loss", series: [{ name: "training", points }] }]);
    const path = /class="line"[^>]* d="([^"]*)"/.exec(markup)?.[1] ?? "";
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/L/g)).toHaveLength(2);
    expect(path).not.toContain("NaN");
  });

  it("shows a curve of a single point, such as the one validation of a run, as a dot", () => {
    const series = [{ name: "training", points: [{ x: 0, y: 2 }, { x: 10, y: 1 }] }, { name: "validation", points: [{ x: 10, y: 1.5 }] }];
    const markup = page([{ kind: "curves", title: "Loss", xLabel: "step", yLabel: "loss", series }]);
    expect(markup.match(/<circle [^>]*><title>validation/g)).toHaveLength(1);
    expect(markup.match(/class="line"/g)).toHaveLength(1);
  });

  it("draws an interval chart with a gap where there is no estimate", () => {
    const groups = [{ name: "WT", estimates: [{ mean: 0.5, interval: [0.4, 0.6] as const }, undefined] }];
    const markup = page([{ kind: "intervals", title: "Dice", xLabel: "Dice", series: ["scratch", "pretrained"], groups }]);
    expect(markup).toContain("scratch: 0.5 [0.4, 0.6]");
    expect(markup).not.toContain("pretrained:");
  });

  it("paints the outline in the label's colour over the axial plane, patient's right on the left", () => {
    const size = [3, 4, 5];
    const image = { data: Float32Array.from({ length: 60 }, (_, i) => i % 7), shape: [...size, 1] };
    const labels = new Int32Array(60);
    labels[(1 * 4 + 3) * 5 + 4] = 2; // front-most row, right-most column of the middle slice
    const markup = page([{ kind: "figures", title: "F", figures: [{ title: "x", image, outline: { data: labels, shape: size }, labels: { 2: "oedema" } }] }]);
    const first = /data:image\/png;base64,([^"]*)/.exec(markup)?.[1] ?? "";
    const png = decode(Buffer.from(first, "base64"));
    expect([png.width, png.height]).toEqual([5, 4]);
    expect([...png.data.subarray(0, 3)]).toEqual([0xd5, 0x5e, 0x00]);
    expect(markup).toContain("oedema");
  });
});

describe("figures", () => {
  it("show empty space black where intensities are centred on 0", () => {
    const data = Float32Array.from({ length: 25 }, (_, i) => (i === 12 ? 2 : i === 11 ? -2 : 0));
    const markup = page([{ kind: "figures", title: "F", figures: [{ title: "x", image: { data, shape: [5, 5, 1] } }] }]);
    const png = decode(Buffer.from(/base64,([^"]*)/.exec(markup)?.[1] ?? "", "base64"));
    expect([png.data[0], png.data[12 * 3]]).toEqual([0, 255]);
  });

  it("keep the hues of a colour picture whose first channel varies least", () => {
    const pixel = (at: number): number[] => [0.4 + 0.01 * at, 0.04 * at, 0.02 * at];
    const data = Float32Array.from(Array.from({ length: 25 }, (_, at) => pixel(at)).flat());
    const markup = page([{ kind: "figures", title: "F", figures: [{ title: "x", image: { data, shape: [5, 5, 3] } }] }]);
    const png = decode(Buffer.from(/base64,([^"]*)/.exec(markup)?.[1] ?? "", "base64"));
    for (const at of [5, 12, 20]) {
      const painted = [...png.data.subarray(at * 3, at * 3 + 3)];
      pixel(at).forEach((value, channel) => expect(painted[channel]! / 255).toBeCloseTo(value / 0.96, 1));
    }
  });
});

describe("planesOf", () => {
  it("visits every pixel of a plane once", () => {
    for (const plane of planesOf([3, 4, 5], [3, 2, 1], [1, 2, 3])) {
      const seen = new Set<number>();
      for (let row = 0; row < plane.rows; row++) for (let column = 0; column < plane.columns; column++) seen.add(plane.index(row, column));
      expect(seen.size).toBe(plane.rows * plane.columns);
      expect(Math.max(...seen)).toBeLessThan(60);
    }
    expect(planesOf([3, 4, 5], [3, 2, 1]).map((plane) => plane.aspect)).toEqual([2, 3, 1.5]);
  });

  it("goes through the middle where labels fill much of the image, which shows them anyway", () => {
    const shape = [4, 2, 2];
    const image = { data: Float32Array.from({ length: 16 }, (_, i) => (i >> 2) * 85), shape: [...shape, 1] };
    const greyOf = (labelled: (voxel: number) => boolean): number => {
      const overlay = { data: Uint8Array.from({ length: 16 }, (_, i) => (labelled(i) ? 1 : 0)), shape };
      const markup = page([{ kind: "figures", title: "F", figures: [{ title: "x", image, overlay }] }]);
      const [axial = ""] = /data:image\/png;base64,[^"]+/.exec(markup) ?? [];
      return decode(Buffer.from(axial.split(",")[1]!, "base64")).data[0]!;
    };
    expect(greyOf((voxel) => voxel === 4)).toBe(85); // the slice of the only label
    expect(greyOf((voxel) => voxel < 4 || voxel === 8)).toBe(170); // not the first slice, although it has the most
  });

  it("finds the slice with the most labels, or none", () => {
    const data = new Int32Array(60);
    expect(busiestVoxel({ data, shape: [3, 4, 5] })).toBeUndefined();
    data.fill(1, 20, 22);
    expect(busiestVoxel({ data, shape: [3, 4, 5] })).toEqual([1, 0, 0]);
  });
});

describe("linearAxis", () => {
  it("covers its values with round ticks", () => {
    const axis = linearAxis([0.13, 0.87], 0, 100);
    expect(axis.ticks[0]).toBeLessThanOrEqual(0.13);
    expect(axis.ticks.at(-1)).toBeGreaterThanOrEqual(0.87);
    expect(axis.position(axis.low)).toBe(0);
    expect(axis.position(axis.high)).toBe(100);
    expect(linearAxis([2, 2], 0, 1).position(2)).toBeCloseTo(0.5);
    expect(linearAxis([], 0, 1).ticks.length).toBeGreaterThan(1);
  });

  it("formats numbers for people", () => {
    expect([0, 0.12345, 12.3456, 1234567, 0.00001234].map(formatNumber)).toEqual(["0", "0.123", "12.35", "1.2e+6", "1.2e-5"]);
  });
});
