import { discoverPlugins } from "../plugins/discover.js";
import { chooseEngine } from "../engine/choose-engine.js";
import { checkEngineOptions } from "../engine/engine-options.js";
import { listEngines } from "../engine/engines.js";
import type { EngineCellOrder } from "./engine-cell.js";
import { serveCell } from "./serve-cell.js";
import { findWorkload } from "./workloads.js";

// The process of one cell: an engine of ours on one workload.
const order = JSON.parse(process.argv[2]!) as EngineCellOrder;
await serveCell(async () => {
  const { plugins } = await discoverPlugins({ cwd: order.cwd, bundled: order.bundled });
  const own = plugins.filter(({ kind, name }) => kind === "backend" && name === order.engine);
  const { engine } = chooseEngine(await listEngines(own), { name: order.engine, by: "the benchmark" });
  await engine.plugin.activate(checkEngineOptions(engine.plugin, order.options));
  return { version: engine.status.version ?? "unknown", threads: order.threads };
}, () => findWorkload(order.workload).build());
