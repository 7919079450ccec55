import { describe, expect, it } from "vitest";
import { hasBf16 } from "./bf16.js";
import { replaceSection } from "./document.js";
import { markdownTable } from "./markdown.js";

describe("replaceSection", () => {
  const document = "# Title\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nbetween\n<!-- bench:b -->\n<!-- /bench:b -->\n";

  it("replaces what is between the marks, again and again, and nothing else", () => {
    const once = replaceSection(document, "a", "new\n\nlines\n");
    expect(once).toBe(document.replace("old", "new\n\nlines"));
    expect(replaceSection(once, "a", "old")).toBe(document);
    expect(replaceSection(document, "b", "filled")).toBe(document.replace("<!-- bench:b -->\n", "<!-- bench:b -->\nfilled\n"));
  });

  it("refuses a document without the marks", () => {
    expect(() => replaceSection(document, "c", "")).toThrow("<!-- bench:c -->");
  });
});

describe("markdownTable", () => {
  it("pads its columns", () => {
    expect(markdownTable([["name", "x"], ["a", "10000"]])).toBe("| name | x     |\n| ---- | ----- |\n| a    | 10000 |");
  });
});

describe("hasBf16", () => {
  it("knows the instructions by their flags", () => {
    expect(hasBf16("processor\t: 0\nflags\t\t: fpu avx2 avx512f avx512_bf16 amx_tile\n")).toBe(true);
    expect(hasBf16("flags\t\t: fpu amx_bf16\n")).toBe(true);
    expect(hasBf16("flags\t\t: fpu avx2 avx512f\nbugs\t: avx512_bf16\n")).toBe(false);
    expect(hasBf16("")).toBe(false);
  });
});
