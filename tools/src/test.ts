// `npm test`: everything that can be checked with npm alone. The last line is `N passed, N failed`.
import { runCommand, runVitest, type Tally } from "./check/steps.js";
import { skippedHere } from "./check/skips.js";
import { tryFetchLibrary } from "./engine/try-fetch.js";

console.log((await tryFetchLibrary()) ?? "The native engine's library is here.");

const steps: readonly (() => Tally)[] = [
  () => runCommand("lint", "npx", ["eslint", ".", "--max-warnings", "0"]),
  () => runCommand("types", "npx", ["tsc", "--noEmit", "-p", "tsconfig.json"]),
  () => runCommand("build", "npx", ["nx", "run-many", "-t", "build"]),
  () => runCommand("packages (publint, attw)", process.execPath, ["--conditions=ssl3d-source", "--import", "tsx", "tools/src/check/packages.ts"]),
  () => runVitest("unit and contract tests", ["packages", "zoo/src", "tools"]),
  () => runCommand("goldens of the original in tests/golden", process.execPath, ["--conditions=ssl3d-source", "--import", "tsx", "tools/src/golden/main.ts", "tests/golden"]),
  () => runVitest("end to end", ["tests"]),
];

const tallies = steps.map((step) => step());
const sum = (key: keyof Tally): number => tallies.reduce((total, tally) => total + tally[key], 0);
for (const line of await skippedHere()) console.log(line);
console.log(`${sum("passed")} passed, ${sum("failed")} failed${sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : ""}`);
process.exitCode = sum("failed") > 0 ? 1 : 0;
