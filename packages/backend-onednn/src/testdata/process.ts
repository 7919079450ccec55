import "@tensorflow/tfjs-backend-cpu";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { activate } from "../activate.js";
import { convolutionGradients, convolve, multiplyForEver } from "./work.js";

// A process that computes and ends in one of the ways that processes end.
const [way] = process.argv.slice(2);
await activate({ threads: 2, precision: "float32" });
const expected = convolve();

if (way === "exit") process.exit(3);
if (way === "throw") throw new Error("uncaught");
if (way === "handle") process.once("SIGTERM", () => process.exit(5));
if (way === "busy" || way === "handle") await multiplyForEver(() => console.log("busy"));
if (way === "storm") {
  process.on("SIGWINCH", () => undefined);
  console.log("busy");
  const first = convolutionGradients();
  for (let run = 0; run < 20; run++) {
    if (convolutionGradients().some((values, index) => values.some((value, i) => value !== first[index]![i]))) throw new Error("different");
    await new Promise(setImmediate);
  }
}
if (way === "workers") {
  const busy = start("for ever");
  await once(busy, "message");
  const results = await Promise.all([1, 2].map(async () => (await once(start("once"), "message"))[0] as number[]));
  await busy.terminate();
  const same = [...results, convolve()].every((values) => values.every((value, i) => value === expected[i]));
  console.log(same ? "same" : "different");
}

function start(work: string): Worker {
  const [tsx, file] = [import.meta.resolve("tsx/esm/api"), new URL("worker.ts", import.meta.url).href];
  const code = `import(${JSON.stringify(tsx)}).then(({ tsImport }) => tsImport(${JSON.stringify(file)}, ${JSON.stringify(file)}))`;
  return new Worker(code, { eval: true, workerData: work, execArgv: ["--conditions=ssl3d-source"] });
}
