export type { Curves, Series } from "./curves.js";
export type { Figures } from "./figures.js";
export type { Estimate, Intervals } from "./intervals.js";
export { renderReport, type Block, type Code, type Report } from "./report.js";
export type { Table } from "./table.js";
