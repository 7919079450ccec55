import type { BackendStatus } from "@ssl3d/core";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** An engine in a package of its own, which computes with tfjs' cpu backend. */
export interface FakeEngine {
  readonly name: string;
  readonly priority: number;
  readonly status: BackendStatus;
  /** Names of the options that it takes, of "threads" and "precision". */
  readonly takes?: readonly string[];
  /** What it throws where it is to start. */
  readonly startError?: string;
}

/** Makes a project in a folder that depends on packages with these engines. */
export async function installFakeEngines(project: string, engines: readonly FakeEngine[]): Promise<void> {
  const dependencies = Object.fromEntries(engines.map(({ name }) => [`engine-${name}`, "*"]));
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "study", dependencies }));
  for (const engine of engines) {
    const folder = join(project, "node_modules", `engine-${engine.name}`);
    await mkdir(folder, { recursive: true });
    const ssl3d = { contract: 1, plugins: [{ kind: "backend", name: engine.name, export: "engine" }] };
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: `engine-${engine.name}`, version: "1.0.0", type: "module", main: "index.js", ssl3d }));
    await writeFile(join(folder, "status.json"), JSON.stringify(engine.status));
    await writeFile(join(folder, "index.js"), moduleOf(engine, folder));
  }
}

/** What an engine in a project says of itself from now on. */
export async function setStatus(project: string, name: string, status: BackendStatus): Promise<void> {
  await writeFile(join(project, "node_modules", `engine-${name}`, "status.json"), JSON.stringify(status));
}

/** The options that an engine in a project was last activated with. */
export async function activatedWith(project: string, name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(project, "node_modules", `engine-${name}`, "options.json"), "utf8"));
}

function moduleOf({ name, priority, takes = [], startError }: FakeEngine, folder: string): string {
  return `import { readFileSync, writeFileSync } from "node:fs";
const folder = ${JSON.stringify(folder)};
const takes = ${JSON.stringify(takes)};
const validate = (value) => {
  const issues = Object.keys(value).filter((key) => !takes.includes(key)).map((key) => ({ message: "unknown", path: [key] }));
  return issues.length > 0 ? { issues } : { value: { ...(takes.includes("threads") && { threads: 2 }), ...value } };
};
export const engine = {
  kind: "backend", name: ${JSON.stringify(name)}, contract: 1, summary: "s", ranks: [3], priority: ${priority},
  options: { "~standard": { version: 1, vendor: "test", validate } },
  probe: async () => JSON.parse(readFileSync(folder + "/status.json", "utf8")),
  activate: async (options) => {
    writeFileSync(folder + "/options.json", JSON.stringify(options));
    ${startError === undefined ? "" : `throw new Error(${JSON.stringify(startError)});`}
    return "cpu";
  },
};
`;
}
