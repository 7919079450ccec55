import { describe, expect, it } from "vitest";
import { makeZip } from "./testdata/make-zip.js";
import { readZip } from "./read-zip.js";

const archive = makeZip({ "a/packed": "many ".repeat(500), "a/stored": "" });

describe("readZip", () => {
  it("reads the files asked for", () => {
    const files = readZip(archive, ["a/stored", "a/packed"]);
    expect(files.get("a/packed")?.toString()).toBe("many ".repeat(500));
    expect(files.get("a/stored")?.length).toBe(0);
    expect([...readZip(archive, ["a/packed"]).keys()]).toEqual(["a/packed"]);
  });

  it("says what is missing or damaged", () => {
    expect(() => readZip(archive, ["b"])).toThrow("it holds no b");
    expect(() => readZip(Buffer.from("<html>"), ["a"])).toThrow("no zip archive");
    expect(() => readZip(archive.subarray(0, 40), ["a"])).toThrow("no zip archive");
  });
});
