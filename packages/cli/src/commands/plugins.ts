import { discoverPlugins } from "@ssl3d/node";
import type { CAC } from "cac";
import { isOn, type Options } from "../options.js";
import { formatTable } from "../output/table.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";

/** `ssl3d plugins`. */
export function addPlugins(program: CAC, streams: Streams): void {
  program
    .command("plugins", "List tasks, encoders, heads, data set layouts and engines that are installed")
    .option("--json", "Print the list as one JSON document on stdout")
    .example("  $ ssl3d plugins")
    .action(async (options: Options) => {
      const { plugins, errors } = await discoverPlugins({ cwd: process.cwd(), bundled: [PACKAGE_FOLDER] });
      const sorted = [...plugins].sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));
      if (isOn(options, "json")) {
        const document = {
          plugins: sorted.map(({ kind, name, package: owner, version, error }) => ({
            kind,
            name,
            package: owner,
            version,
            status: error === undefined ? "ok" : error.code,
            ...(error && { reason: error.message, fix: error.fix }),
          })),
          errors: errors.map(({ code, message, fix }) => ({ code, message, fix })),
        };
        return void streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      }
      const rows = sorted.map(({ kind, name, package: owner, version, error }) => [kind, name, owner, version, error?.code ?? "ok"]);
      streams.stdout.write(`${formatTable([["kind", "name", "package", "version", "status"], ...rows])}\n`);
      const faults = new Set([...errors, ...sorted.flatMap(({ error }) => error ?? [])].map(({ message, fix }) => `${message} ${fix}`));
      for (const fault of faults) streams.stderr.write(`${fault}\n`);
    });
}
