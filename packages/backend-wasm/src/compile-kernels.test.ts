import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { compileKernels } from "./compile-kernels.js";
import { KERNELS_WASM } from "./kernels.generated.js";

it("holds what src/assembly compiles to (`npm run kernels` makes it anew)", async () => {
  const committed = await readFile(new URL("kernels.generated.ts", import.meta.url), "utf8");
  expect(await compileKernels()).toBe(committed);
});

it("imports its memory and brings no data, so that it cannot overwrite tfjs' heap", () => {
  const module = new WebAssembly.Module(Buffer.from(KERNELS_WASM, "base64"));
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  const bytes = Buffer.from(KERNELS_WASM, "base64");
  const sections: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    sections.push(bytes[at++]!);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 128) break;
    }
    at += size;
  }
  const dataSection = 11;
  expect(sections).not.toContain(dataSection);
});
