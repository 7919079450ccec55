import { writeRunReport } from "@ssl3d/node";
import type { CAC } from "cac";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";

/** `ssl3d report`. */
export function addReport(program: CAC, streams: Streams): void {
  program
    .command("report <run>", "Write report.html into a run folder, finished or not")
    .example("  $ ssl3d report runs/a")
    .action(async (run: string) => {
      streams.stdout.write(`${await writeRunReport(run, { bundled: [PACKAGE_FOLDER] })}\n`);
    });
}
