import { explainFailures, type LoadFailure } from "../library/advice.js";
import { locateLibraries, type LibraryLocation } from "../library/locate.js";
import { INSTRUCTION_SET } from "./constants.js";
import { openLibrary, type Library } from "./library.js";

/** The library in use, or why there is none. */
export type Loaded =
  | { readonly library: Library; readonly location: LibraryLocation; readonly hasBf16: boolean }
  | { readonly reason: string; readonly fix: string };

let loaded: Loaded | undefined;

/** Loads oneDNN from the first place where it can be, once for this thread. */
export function loadLibrary(): Loaded {
  return (loaded ??= load());
}

function load(): Loaded {
  if (process.arch !== "x64") return { reason: `it needs an x86-64 processor, this is ${process.arch}`, fix: OTHERWISE };
  const failures: LoadFailure[] = [];
  for (const location of locateLibraries()) {
    try {
      const library = openLibrary(location.path);
      const has = (set: number): boolean => (library.instructionSet & set) === set;
      if (!has(INSTRUCTION_SET.avx2)) return { reason: "this processor has no AVX2", fix: OTHERWISE };
      return { library, location, hasBf16: has(INSTRUCTION_SET.avx512Bf16) };
    } catch (error) {
      failures.push({ location, message: firstLine(error) });
    }
  }
  return explainFailures(failures);
}

const OTHERWISE = "The wasm engine runs everywhere.";

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] as string;
}
