import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import asc from "assemblyscript/asc";

const ENTRY = new URL("assembly/index.ts", import.meta.url);
const GENERATED = new URL("kernels.generated.ts", import.meta.url);

/**
 * Compiles src/assembly to the text of src/kernels.generated.ts. The memory is imported and there is no static data, since the kernels
 * live in the heap of tfjs' own module.
 *
 * @throws Error with the compiler's messages.
 */
export async function compileKernels(): Promise<string> {
  let binary: Uint8Array | undefined;
  let messages = "";
  const { error } = await asc.main(
    ["index.ts", "--outFile", "kernels.wasm", "--runtime", "stub", "--importMemory", "--enable", "simd", "--noAssert", "-O3"],
    {
      readFile: (name) => readFile(new URL(name, ENTRY), "utf8").catch(() => null),
      writeFile: (_name, contents) => {
        binary = contents as Uint8Array;
      },
      listFiles: () => [],
      stderr: {
        write: (text) => {
          messages += String(text);
        },
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(`The kernels did not compile:\n${messages}`);
  const lines = Buffer.from(binary).toString("base64").match(/.{1,116}/g)!;
  return [
    "// Made by `npm run kernels` from src/assembly; a test compares the two. Do not edit.",
    "",
    "/** The compiled WebAssembly module, in base64. */",
    `export const KERNELS_WASM: string = [\n${lines.map((line) => `  "${line}",`).join("\n")}\n].join("");`,
    "",
  ].join("\n");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(GENERATED, await compileKernels());
}
