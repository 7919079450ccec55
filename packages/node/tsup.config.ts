import { library } from "../../tsup.base.js";

// The data workers' entry is a file of its own, which the pool finds beside the package's main file.
export default library(["src/index.ts", "src/workers/worker.ts"], {
  entry: { index: "src/index.ts", worker: "src/workers/worker.ts" },
  platform: "node",
});
