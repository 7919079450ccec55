import { shapeText } from "@ssl3d/core";
import type { ConversionReport } from "@ssl3d/zoo";
import { channelsText, countText, elementsName } from "../src/converted-folder.js";
import { PREPROCESSING_NOTE, recognisedAs } from "../src/format-conversion.js";
import type { ConvertedZip } from "./convert-in-worker.js";
import { element } from "./element.js";
import { withLabels } from "./option-fields.js";

/** Shows a conversion's report with the link to its result. The caller revokes the link's URL. */
export function showReport(place: HTMLElement, form: HTMLFormElement, { report, folder, zip }: ConvertedZip, url: string): void {
  const { source, tensors, unused, warnings } = report;
  place.replaceChildren(
    element("h2", {}, source.file),
    element("p", {}, `Recognised as ${recognisedAs(report)}.`),
    element("p", {}, element("a", { class: "button", href: url, download: `${folder}.zip` }, `Download ${folder}.zip (${sizeText(zip.length)})`)),
    element("p", { class: "soft" }, "Unpack it: the folder goes wherever the command takes an encoder or a model, such as ", element("kbd", {}, "ssl3d encode"), " or ", element("kbd", {}, "ssl3d finetune --encoder"), "."),
    element("dl", {}, ...facts(report)),
    element(
      "div",
      { class: "note" },
      element("h3", {}, "To know"),
      element("ul", {}, ...[...warnings.map((text) => withLabels(form, text)), PREPROCESSING_NOTE].map((text) => element("li", {}, text))),
    ),
    element("h3", { id: "tensors" }, `Tensors taken over (${tensors.length})`),
    table("tensors", ["in the Keras file", "shape", "here"], tensors.map((move) => [move.source, shapeText(move.shape), move.destination])),
    element("h3", { id: "unused" }, `Tensors left out (${unused.length})`),
    unused.length === 0
      ? element("p", {}, "None: every tensor of the file has a place.")
      : table("unused", ["in the Keras file", "shape", "why"], unused.map((tensor) => [tensor.source, shapeText(tensor.shape), tensor.reason])),
  );
  place.hidden = false;
  // focusing alone may show the middle of a long report
  place.focus({ preventScroll: true });
  place.scrollIntoView();
}

type Fact = readonly [name: string, ...content: (Node | string)[]];

function facts({ encoder, part, inputs, unknown, source, rank, tensors }: ConversionReport): HTMLElement[] {
  const rows: Fact[] = [];
  if (encoder !== null) rows.push(["Encoder", `${encoder.name} of ${encoder.package}, ${channelsText(encoder.channels)}`, options(encoder.options)]);
  if (part !== null) {
    const images = part.inputSize.length === 0 ? "" : `, for images of ${part.inputSize.join(" × ")} ${elementsName(rank)}`;
    rows.push([part.kind === "task" ? "The task’s layers" : "Head", `${part.name} of ${part.package}${images}`, options(part.options)]);
  }
  rows.push(["Inputs", inputs.length === 0 ? "the file does not say" : inputs.map((shape) => `[batch, ${shape.map((length) => length ?? "any").join(", ")}]`).join(" and ")]);
  rows.push(["Numbers taken over", countText(tensors)]);
  if (unknown.length > 0) rows.push(["Nobody recorded", unknown.join(", ")]);
  rows.push(["SHA-256 of the source", element("code", {}, source.sha256)]);
  return rows.map(([name, ...content]) => element("div", {}, element("dt", {}, name), element("dd", {}, ...content)));
}

function options(values: Readonly<Record<string, unknown>>): HTMLElement {
  return element("ul", { class: "options" }, ...Object.entries(values).map(([name, value]) => element("li", {}, `${name} `, element("code", {}, JSON.stringify(value)))));
}

/** A table in a region of its own, which scrolls sideways where it must, also by keyboard. Its roles are said, since narrow screens show it as blocks. */
function table(heading: string, columns: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const row = (cells: readonly Node[]): HTMLElement => element("tr", { role: "row" }, ...cells);
  const head = row(columns.map((column) => element("th", { role: "columnheader", scope: "col" }, column)));
  const body = rows.map((cells) => row(cells.map((cell) => element("td", { role: "cell" }, cell))));
  const parts = [element("thead", { role: "rowgroup" }, head), element("tbody", { role: "rowgroup" }, ...body)];
  return element("div", { class: "scroll", role: "region", "aria-labelledby": heading, tabindex: "0" }, element("table", { role: "table" }, ...parts));
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
