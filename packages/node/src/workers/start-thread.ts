import { Worker } from "node:worker_threads";

/**
 * Starts a thread from one of this folder's entries. Built, it is plain JavaScript beside the package's main file; from source the
 * thread needs tsx to read TypeScript.
 */
export function startThread(entry: "worker" | "convert-worker", workerData: unknown): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL(`./${entry}.js`, import.meta.url), { workerData });
  const source = new URL(`./${entry}.ts`, import.meta.url).href;
  const tsx = import.meta.resolve("tsx/esm/api");
  const start = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(start, { eval: true, workerData, execArgv: ["--conditions=ssl3d-source"] });
}
