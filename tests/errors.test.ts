import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = new URL("..", import.meta.url).pathname;

/** Every error code that the sources of the packages, the zoo and the tools use, with a file that does. */
function codesInSources(): Map<string, string> {
  const codes = new Map<string, string>();
  const variables = new Set<string>();
  const packages = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name, "src"));
  for (const folder of [...packages, join(root, "zoo", "src"), join(root, "tools", "src")]) {
    for (const file of sources(folder)) {
      for (const [, code] of readFileSync(file, "utf8").matchAll(/["'`](SSL3D_[A-Z0-9_]+)["'`]/g)) {
        if (code !== undefined) codes.set(code, file.slice(root.length));
      }
      // environment variables share the prefix
      for (const [, variable] of readFileSync(file, "utf8").matchAll(/env(?:\.|\[["'])(SSL3D_[A-Z0-9_]+)/g)) variables.add(variable as string);
    }
  }
  for (const variable of variables) codes.delete(variable);
  return codes;
}

function sources(folder: string): string[] {
  try {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return files.filter((file) => file.endsWith(".ts") && !/\.test\.ts$|(^|[/\\])(testdata|fixtures)[/\\]/.test(file)).map((file) => join(folder, file));
  } catch {
    return []; // a package without sources yet
  }
}

describe("docs/errors.md", () => {
  const codes = codesInSources();
  const headings = [...readFileSync(join(root, "docs", "errors.md"), "utf8").matchAll(/^### (SSL3D_\w+)$/gm)].map((match) => match[1]);

  it("finds the codes at all", () => {
    expect(codes.size).toBeGreaterThan(20);
  });

  it("has a heading for every code", () => {
    const missing = [...codes].filter(([code]) => !headings.includes(code)).map(([code, file]) => `${code} (${file})`);
    expect(missing).toEqual([]);
  });

  it("has no heading twice, and none for a code that is gone", () => {
    expect(headings.filter((code, index) => headings.indexOf(code) !== index)).toEqual([]);
    expect(headings.filter((code) => code !== undefined && !codes.has(code))).toEqual([]);
  });
});
