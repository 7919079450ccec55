import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capturesOf, compilePattern, expandTemplate, namesInTemplate } from "./pattern.js";

describe("compilePattern", () => {
  it.each<[pattern: string, name: string, captures: Record<string, string> | undefined]>([
    ["encoder.{level}.conv.{value}", "encoder.12.conv.weight", { level: "12", value: "weight" }],
    ["encoder.{level}.conv.{value}", "encoder.1.2.conv.weight", undefined],
    ["encoder.{level}.conv.{value}", "decoder.encoder.1.conv.weight", undefined],
    ["a.{x}.b.{x}", "a.3.b.3", { x: "3" }],
    ["a.{x}.b.{x}", "a.3.b.4", undefined],
    ["**.num_batches_tracked", "a.b.num_batches_tracked", {}],
    ["*.bias", "a.b.bias", undefined],
    ["*.bias", "a.bias", {}],
    ["a+(b)[c]$", "a+(b)[c]$", {}],
    ["a.b", "axb", undefined],
    ["encoder/level*/conv1/bias", "encoder/level3/conv1/bias", {}],
    ["encoder/*/bias", "encoder/level3/conv1/bias", undefined],
    ["encoder/**/bias", "encoder/level3/conv1/bias", {}],
  ])("%s on %s", (pattern, name, captures) => {
    expect(compilePattern(pattern)(name)).toEqual(captures);
  });

  it("restricts captures to the choices given, as they are written", () => {
    const match = compilePattern("{layer}.weight", { layer: { "0": "conv1", "a.b": "conv2", ".*": "conv3" } });
    expect([match("0.weight"), match("a.b.weight"), match("axb.weight"), match("7.weight")]).toEqual([{ layer: "0" }, { layer: "a.b" }, undefined, undefined]);
  });

  it("refuses braces without a name", () => {
    for (const pattern of ["a.{}", "a.{1}", "a.{", "a.}", "a.{b c}"]) expect(() => compilePattern(pattern)).toThrow(SyntaxError);
  });

  it("matches any name without special signs, and nothing else, as it is written", () => {
    const text = fc.string().filter((written) => !/[{}*]/.test(written));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(compilePattern(a)(a)).toEqual({});
        expect(compilePattern(a)(b) !== undefined).toBe(a === b);
      }),
    );
  });
});

describe("expandTemplate", () => {
  it.each([
    ["level{a}/{b}", { a: "1", b: "kernel" }, "level1/kernel"],
    ["block{a+1}", { a: "9" }, "block10"],
    ["block{a-1}", { a: "9" }, "block8"],
    ["level{3-a}", { a: "1" }, "level2"],
    ["level{3+a}", { a: "1" }, "level4"],
    ["level{a+1}", { a: "last" }, undefined],
  ])("%s of %j is %s", (template, captures, expected) => {
    expect(expandTemplate(template, captures as Record<string, string>)).toBe(expected);
  });
});

describe("names", () => {
  it("are read from patterns and templates", () => {
    expect(capturesOf("a.{x}.{y}.{x}")).toEqual(["x", "y"]);
    expect(namesInTemplate("a/{x}/{y+2}/{4-z}")).toEqual(["x", "y", "z"]);
    expect(namesInTemplate("a/{x*2}")).toEqual([undefined]);
    expect(namesInTemplate("a/{x")).toEqual([undefined]);
  });
});
