import { defineDataset, type DatasetPlugin, type FileSource } from "@ssl3d/core";
import { z } from "zod";
import { datasetDescriptionError, datasetDuplicateError, datasetEmptyError } from "../errors.js";
import { readNiftiHeader } from "../nifti/read-nifti.js";
import type { NotFinitePolicy } from "../volume/finite.js";
import { datasetOf } from "./case-list.js";
import { niftiFormat } from "./nifti-format.js";
import { loadImageFile, loadLabelFile } from "./volume-files.js";

/** Options of {@link decathlon}. */
export interface DecathlonOptions {
  readonly cases: "training" | "test" | "all";
  readonly notFinite: NotFinitePolicy;
}

interface CaseFiles {
  readonly image: string;
  readonly label: string | undefined;
}

const DESCRIPTION = "dataset.json";

const description = z.object({
  training: z.array(z.object({ image: z.string(), label: z.string().optional() })).default([]),
  test: z.array(z.union([z.string(), z.object({ image: z.string() })])).default([]),
});

/** A task of the Medical Segmentation Decathlon: dataset.json, imagesTr, labelsTr, imagesTs. */
export const decathlon: DatasetPlugin<"decathlon", DecathlonOptions> = defineDataset({
  name: "decathlon",
  summary: "Medical Segmentation Decathlon: dataset.json with imagesTr, labelsTr and imagesTs",
  ranks: [3],
  options: z.strictObject({
    cases: z.enum(["training", "test", "all"]).default("training").describe("Which cases: the labelled ones, the others, or all (for pretraining)"),
    notFinite: z.enum(["error", "zero"]).default("error").describe("NaN and infinite voxels: refuse the volume, or read them as 0"),
  }),
  references: ["10.1038/s41467-022-30695-9"],
  async open(source, { cases: wanted, notFinite }) {
    const cases = await readCases(source, wanted);
    return datasetOf<CaseFiles>({
      source,
      cases,
      isLabelled: ({ label }) => label !== undefined,
      loadImage: (id, { image }) => loadImageFile(source, image, id, niftiFormat.decode, notFinite),
      async loadTruth(id, { image, label }) {
        const grid = await readNiftiHeader(await source.read(image), image);
        return loadLabelFile(source, label!, id, niftiFormat.decode, grid);
      },
    });
  },
});

async function readCases(source: FileSource, wanted: DecathlonOptions["cases"]): Promise<Map<string, CaseFiles>> {
  const present = new Set(await source.list());
  if (!present.has(DESCRIPTION)) {
    throw datasetEmptyError(source.label, `${DESCRIPTION} of the Medical Segmentation Decathlon`, present.size);
  }
  const { training, test } = parseDescription(await source.read(DESCRIPTION));
  const listed: { image: string; label?: string | undefined }[] = [
    ...(wanted === "test" ? [] : training),
    ...(wanted === "training" ? [] : test.map((entry) => (typeof entry === "string" ? { image: entry } : entry))),
  ];
  const cases = new Map<string, CaseFiles>();
  for (const entry of listed) {
    const image = relative(entry.image);
    const label = entry.label === undefined ? undefined : relative(entry.label);
    const id = image.replace(/^.*\//, "").replace(niftiFormat.ending, "");
    for (const path of [image, ...(label === undefined ? [] : [label])]) {
      if (!present.has(path)) throw datasetDescriptionError(DESCRIPTION, `it lists "${path}", which is not there`);
    }
    const other = cases.get(id);
    if (other !== undefined) throw datasetDuplicateError(id, other.image, image);
    cases.set(id, { image, label });
  }
  if (cases.size === 0) throw datasetEmptyError(source.label, `${wanted} cases in ${DESCRIPTION}`, present.size);
  return cases;
}

function parseDescription(bytes: Uint8Array): z.infer<typeof description> {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw datasetDescriptionError(DESCRIPTION, `it is not JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  const result = description.safeParse(content);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw datasetDescriptionError(DESCRIPTION, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unknown layout"}`);
  }
  return result.data;
}

function relative(path: string): string {
  return path.replace(/^(\.?\/)+/, "");
}
