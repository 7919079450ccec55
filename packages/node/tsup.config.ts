import { library } from "../../tsup.base.js";

// The entries of data workers, of conversions and of the benchmark's processes are files of their own, found beside the package's main file.
export default library([], {
  entry: { index: "src/index.ts", worker: "src/workers/worker.ts", "convert-worker": "src/workers/convert-worker.ts", "cell-process": "src/bench/cell-process.ts" },
  platform: "node",
});
