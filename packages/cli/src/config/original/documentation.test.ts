import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { originalKeyTables } from "../../testing/original-key-tables.js";

it("docs/original-configurations.md has the tables of the mapping", async () => {
  const page = await readFile(new URL("../../../../../docs/original-configurations.md", import.meta.url), "utf8");
  const [, tables] = /<!-- keys -->\n([\s\S]*?)\n<!-- \/keys -->/.exec(page) ?? [];
  expect(tables).toBe(originalKeyTables());
});
