import { parentPort, workerData } from "node:worker_threads";
import { openExampleMaker, type ExampleRecipe } from "./example-maker.js";
import { buffersOf, packExampleError, type ExampleReply, type ExampleRequest } from "./protocol.js";

// The entry of a data worker's thread: opens the data set once, then answers requests in the order in which they come.
const recipe = workerData as ExampleRecipe;
const maker = openExampleMaker(recipe);
// Its failure is told with the first request.
maker.catch(() => undefined);
let last: Promise<void> = Promise.resolve();

parentPort?.on("message", ({ n }: ExampleRequest) => {
  last = last.then(() => answer(n));
});

async function answer(n: number): Promise<void> {
  let caseId = "unknown";
  try {
    const opened = await maker;
    caseId = opened.caseId(n);
    const example = await opened.make(n);
    parentPort?.postMessage({ n, example } satisfies ExampleReply, buffersOf(example));
  } catch (error) {
    parentPort?.postMessage({ n, failure: packExampleError(error, caseId) } satisfies ExampleReply);
  }
}
