import { mean } from "@ssl3d/core";
import { evaluateVolumes, type VolumeEvaluation } from "@ssl3d/node";
import type { CAC } from "cac";
import { badOption } from "../errors.js";
import { isOn, number, requiredText, text, type Options } from "../options.js";
import { createProgress } from "../output/progress.js";
import { formatTable } from "../output/table.js";
import type { Streams } from "../program.js";

/** `ssl3d evaluate`. */
export function addEvaluate(program: CAC, streams: Streams): void {
  program
    .command("evaluate", "Score label volumes against their truths: Dice, normalised surface Dice, 95 % Hausdorff distance")
    .option("--prediction <path>", "Label volume (.nii, .nii.gz, .png), or a folder of them")
    .option("--truth <path>", "True label volume, or a folder of them with the same names (or name_seg, name_label)")
    .option("--regions <name>", '"labels" (every label value but 0) or "brats" (WT, TC, ET) (default: labels)')
    .option("--tolerance <mm>", "Distance in mm up to which surfaces count as one in the normalised surface Dice (default: 1)")
    .option("--json", "Print the scores as one JSON document on stdout")
    .example("  $ ssl3d evaluate --prediction labels.nii.gz --truth truth.nii.gz")
    .example("  $ ssl3d evaluate --prediction runs/b/predictions --truth data/brains --regions brats --json")
    .action(async (options: Options) => {
      const regions = text(options, "regions") ?? "labels";
      if (regions !== "labels" && regions !== "brats") throw badOption("regions", '"labels" or "brats"', regions);
      const toleranceMm = number(options, "tolerance");
      if (toleranceMm !== undefined && toleranceMm < 0) throw badOption("tolerance", "a distance of at least 0 mm", toleranceMm);
      const progress = createProgress(streams.stderr);
      try {
        const evaluation = await evaluateVolumes({
          prediction: requiredText(options, "prediction", "a label volume or a folder of them"),
          truth: requiredText(options, "truth", "a label volume or a folder of them"),
          regions,
          ...(toleranceMm !== undefined && { toleranceMm }),
          onCase: (done, cases) => progress.show(`case ${done}/${cases}`, false),
        });
        progress.close();
        streams.stdout.write(isOn(options, "json") ? `${JSON.stringify(evaluation, null, 2)}\n` : `${scoreTable(evaluation)}\n`);
      } finally {
        progress.close();
      }
    });
}

function scoreTable({ cases }: VolumeEvaluation): string {
  const show = (value: number | null, digits = 3): string => (value === null ? "-" : value.toFixed(digits));
  const rows = cases.flatMap(({ id, regions }) =>
    Object.entries(regions).map(([name, one]) => [
      ...[id, name, show(one.dice), show(one.nsd), show(one.hd95Mm, 2)],
      ...[String(one.truthVoxels), String(one.predictionVoxels)],
    ]),
  );
  const names = Object.keys(cases[0]?.regions ?? {});
  const means = names.map((name) => {
    const meanOf = (measure: "dice" | "nsd" | "hd95Mm", digits?: number): string => {
      const values = cases.map(({ regions }) => regions[name]?.[measure] ?? null).filter((value) => value !== null);
      if (values.length === 0) return "-";
      // a region that was missed altogether has no distance: the mean of the others must not pass for all
      return `${show(mean(values), digits)}${values.length < cases.length ? ` (of ${values.length})` : ""}`;
    };
    return [`mean of ${cases.length}`, name, meanOf("dice"), meanOf("nsd"), meanOf("hd95Mm", 2), "", ""];
  });
  if (rows.length === 0) return "No label but 0 occurs in these files, so there is nothing to score.";
  const header = ["case", "region", "Dice", "NSD", "HD95 mm", "true voxels", "predicted voxels"];
  return formatTable([header, ...rows, ...(cases.length > 1 ? means : [])]);
}
