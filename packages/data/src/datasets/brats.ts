import { defineDataset, type DatasetPlugin, type FileSource, type Volume } from "@ssl3d/core";
import { z } from "zod";
import { datasetDuplicateError, datasetEmptyError, datasetIncompleteError } from "../errors.js";
import { readNiftiHeader } from "../nifti/read-nifti.js";
import type { NotFinitePolicy } from "../volume/finite.js";
import { datasetOf, listVisible } from "./case-list.js";
import { niftiFormat } from "./nifti-format.js";
import { stackChannels } from "./stack-channels.js";
import { loadImageFile, loadLabelFile, requireSameGrid } from "./volume-files.js";

/** The four contrasts of BraTS in the order of the image's channels. */
export const BRATS_CONTRASTS = ["t1", "t1ce", "t2", "flair"] as const;

type Contrast = (typeof BRATS_CONTRASTS)[number];

/** Names of the contrasts in file names: 2012 to 2021, and from 2023 on. */
const SUFFIXES: Readonly<Record<string, Contrast | "seg">> = {
  t1: "t1", t1ce: "t1ce", t2: "t2", flair: "flair", seg: "seg",
  t1n: "t1", t1c: "t1ce", t2w: "t2", t2f: "flair",
};

const LAYOUT = "CASE/CASE_t1.nii.gz, _t1ce, _t2, _flair, _seg (or -t1n, -t1c, -t2w, -t2f, -seg)";

/** Options of {@link brats}. */
export interface BratsOptions {
  readonly contrasts: readonly Contrast[];
  readonly notFinite: NotFinitePolicy;
}

type CaseFiles = Partial<Record<Contrast | "seg", string>>;

/**
 * Brain tumours in the BraTS layout: CASE/CASE_t1.nii.gz, _t1ce, _t2, _flair and _seg, or -t1n, -t1c, -t2w, -t2f and -seg as
 * from 2023 on. Labels: 1 necrotic core, 2 oedema, 3 enhancing tumour; the 4 of older years becomes 3.
 */
export const brats: DatasetPlugin<"brats", BratsOptions> = defineDataset({
  name: "brats",
  summary: `BraTS folders ${LAYOUT}`,
  ranks: [3],
  options: z.strictObject({
    contrasts: z
      .array(z.enum(BRATS_CONTRASTS))
      .min(1)
      .default([...BRATS_CONTRASTS])
      .describe("Contrasts to read, in the order of the image's channels"),
    notFinite: z.enum(["error", "zero"]).default("error").describe("NaN and infinite voxels: refuse the volume, or read them as 0"),
  }),
  references: ["10.1109/TMI.2014.2377694"],
  async open(source, { contrasts, notFinite }) {
    const cases = await findCases(source);
    for (const [id, files] of cases) {
      const missing = contrasts.find((contrast) => files[contrast] === undefined);
      if (missing !== undefined) throw datasetIncompleteError(id, `its ${missing} image`);
    }
    return datasetOf<CaseFiles>({
      source,
      cases,
      isLabelled: ({ seg }) => seg !== undefined,
      async loadImage(id, files) {
        const volumes: Volume[] = [];
        for (const contrast of contrasts) {
          const volume = await loadImageFile(source, files[contrast]!, id, niftiFormat.decode, notFinite);
          if (volumes[0] !== undefined) requireSameGrid(id, files[contrast]!, volume, volumes[0]);
          volumes.push(volume);
        }
        return stackChannels(volumes);
      },
      async loadTruth(id, files) {
        const image = files[contrasts[0]!]!;
        const grid = await readNiftiHeader(await source.read(image), image);
        const truth = await loadLabelFile(source, files.seg!, id, niftiFormat.decode, grid);
        return { ...truth, voxels: truth.voxels.map((label) => (label === 4 ? 3 : label)) };
      },
    });
  },
});

async function findCases(source: FileSource): Promise<Map<string, CaseFiles>> {
  const paths = await listVisible(source);
  const cases = new Map<string, CaseFiles>();
  for (const path of paths) {
    const [, id, suffix] = /(?:^|\/)([^/]+)\/\1[_-]([a-z0-9]+)\.nii(?:\.gz)?$/i.exec(path) ?? [];
    const part = SUFFIXES[suffix?.toLowerCase() ?? ""];
    if (id === undefined || part === undefined) continue;
    const files = cases.get(id) ?? {};
    if (files[part] !== undefined) throw datasetDuplicateError(`${id} ${part}`, files[part], path);
    cases.set(id, { ...files, [part]: path });
  }
  if (cases.size === 0) throw datasetEmptyError(source.label, LAYOUT, paths.length);
  return cases;
}
