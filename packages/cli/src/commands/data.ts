import { DEFAULT_PLUGINS, named, validate } from "@ssl3d/core";
import {
  brainCohortFiles,
  createBrainCohort,
  createPancreasCohort,
  pancreasCohortFiles,
  type CohortFile,
  type CohortRequest,
} from "@ssl3d/data";
import { discoverPlugins, folderFiles, openDataset, readAnatomy, readInput, usePlugin, writeFileAtomic } from "@ssl3d/node";
import type { CAC } from "cac";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { addDataOptions, overrideDataset } from "../config/overrides.js";
import { badOption, usageError } from "../errors.js";
import { integer, isOn, requiredText, text, type Options } from "../options.js";
import { createProgress } from "../output/progress.js";
import { formatTable } from "../output/table.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";
import { describeVolume, type VolumeFacts } from "./describe-volume.js";

/** `ssl3d data inspect` and `ssl3d data cohort`. */
export function addData(program: CAC, streams: Streams): void {
  addDataOptions(program.command("data inspect <path>", "Show size, spacing, orientation and intensities of a volume, or of a folder's cases"))
    .option("--json", "Print the facts as one JSON document on stdout")
    .example("  $ ssl3d data inspect scan.nii.gz")
    .example("  $ ssl3d data inspect data/brains --dataset brats")
    .action(async (path: string, options: Options) => await inspect(path, options, streams));
  program
    .command("data cohort <name>", "Make a synthetic cohort: brain-tumour (MRI of real anatomy) or pancreas (abdominal CT)")
    .option("--out <folder>", "Folder to make it in")
    .option("--count <n>", "Cases (default: 20)")
    .option("--first <n>", "Number of the first case (default: 0)")
    .option("--seed <n>", "Same seed, same bytes (default: 1)")
    .option("--size <n>", "Voxels along each axis (default: brain-tumour 64, pancreas 48)")
    .option("--anatomy <name>", "Brain: colin27 or icbm152 (default: colin27)")
    .option("--unlabelled", "Leave out the label files, for pretraining")
    .example("  $ ssl3d data cohort brain-tumour --out data/brains --count 20 --seed 1 --size 64")
    .example("  $ ssl3d data cohort pancreas --out data/abdomens --count 20 --seed 1 --size 48")
    .action(async (name: string, options: Options) => await makeCohort(name, options, streams));
}

async function inspect(path: string, options: Options, streams: Streams): Promise<void> {
  const isFolder = await stat(path).then((found) => found.isDirectory(), () => false);
  const cases: VolumeFacts[] = [];
  const labelled = new Map<string, boolean>();
  if (isFolder) {
    const { plugins } = await discoverPlugins({ cwd: process.cwd(), bundled: [PACKAGE_FOLDER] });
    const layout = validate(named, overrideDataset(DEFAULT_PLUGINS.dataset, options), "--dataset");
    const dataset = await openDataset(await usePlugin(plugins, "dataset", layout), path);
    const progress = createProgress(streams.stderr);
    for (const [index, { id, labelled: hasTruth }] of dataset.cases.entries()) {
      labelled.set(id, hasTruth);
      cases.push(describeVolume(await dataset.loadImage(id)));
      // Reading the truth tells whether it fits its image.
      if (hasTruth) await dataset.loadTruth(id);
      progress.show(`read ${index + 1}/${dataset.cases.length}`, false);
    }
    progress.close();
  } else {
    cases.push(describeVolume(await readInput([path])));
  }
  if (isOn(options, "json")) {
    const document = { path, cases: cases.map((facts) => ({ ...facts, labelled: labelled.get(facts.id) ?? false })) };
    streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const rows = cases.map(({ id, size, channels, spacingMm, orientation, minimum, maximum, mean }) => [
    id,
    size.join(" x "),
    String(channels),
    spacingMm.map((length) => +length.toFixed(3)).join(" x "),
    orientation,
    minimum === maximum ? `${minimum.toPrecision(4)} everywhere` : `${minimum.toPrecision(4)} to ${maximum.toPrecision(4)}`,
    mean.toPrecision(4),
    labelled.get(id) === true ? "yes" : "no",
  ]);
  const header = ["case", "size D x H x W", "channels", "spacing mm", "axes", "intensities", "mean", "labelled"];
  streams.stdout.write(`${formatTable([header, ...rows])}\n`);
  const empty = cases.filter(({ minimum, maximum }) => minimum === maximum).map(({ id }) => id);
  if (empty.length > 0) streams.stderr.write(`warning: nothing can be learnt from ${empty.join(", ")}: one value everywhere. Leave such cases out.\n`);
}

/** The cohorts by name: the files of one, as the options ask. */
const COHORTS: Readonly<Record<string, (options: Options, request: CohortRequest) => Promise<AsyncGenerator<CohortFile>>>> = {
  "brain-tumour": async (options, request) => {
    const anatomy = text(options, "anatomy") ?? "colin27";
    if (anatomy !== "colin27" && anatomy !== "icbm152") throw badOption("anatomy", '"colin27" or "icbm152"', anatomy);
    return brainCohortFiles(createBrainCohort({ anatomy: await readAnatomy(anatomy), ...commonOptions(options) }), request);
  },
  pancreas: (options, request) => {
    if (text(options, "anatomy") !== undefined) throw usageError("--anatomy is for brain-tumour.", "Leave it out: the pancreas cohort has no anatomy to choose.");
    return Promise.resolve(pancreasCohortFiles(createPancreasCohort(commonOptions(options)), request));
  },
};

function commonOptions(options: Options): { size?: number; labelled?: boolean } {
  const size = integer(options, "size", 16);
  return { ...(size !== undefined && { size }), ...(isOn(options, "unlabelled") && { labelled: false }) };
}

/** The data set card, which comes first: it tells the seed, the cases and all settings. */
const CARD = "README.md";

/** Refuses a folder whose card is another one's: the cases of two cohorts would be mixed, and those of the first described no more. */
async function requireNoOther(out: string, card: Uint8Array): Promise<void> {
  const there = await readFile(join(out, CARD)).catch(() => undefined);
  if (there === undefined || there.equals(card)) return;
  throw usageError(`The folder ${out} holds another cohort, or a ${CARD} of its own.`, "Give a new folder with --out, or remove that one.");
}

async function makeCohort(name: string, options: Options, streams: Streams): Promise<void> {
  const filesOf = COHORTS[name];
  if (filesOf === undefined) throw usageError(`There is no cohort "${name}".`, `Known: ${Object.keys(COHORTS).join(", ")}.`);
  const out = requiredText(options, "out", "the folder to make the cohort in");
  const count = integer(options, "count", 1) ?? 20;
  const request = { count, seed: integer(options, "seed", 0) ?? 1, first: integer(options, "first", 0) ?? 0 };
  const progress = createProgress(streams.stderr);
  const made = new Set<string>();
  for await (const { path, bytes } of await filesOf(options, request)) {
    if (path === CARD) await requireNoOther(out, bytes);
    await writeFileAtomic(join(out, path), bytes);
    // Each case has its number, in the name of its folder or of its files.
    const [number] = /\d{5,}/.exec(path) ?? [];
    if (number !== undefined) made.add(number);
    progress.show(`case ${made.size}/${count}`, false);
  }
  progress.close();
  const { label } = await folderFiles(out);
  streams.stdout.write(`${count} synthetic cases in ${label}; README.md there says how they were made and under which licences.\n`);
}
