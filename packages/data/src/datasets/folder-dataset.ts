import type { Dataset, FileSource } from "@ssl3d/core";
import { z } from "zod";
import { datasetDuplicateError, datasetEmptyError, datasetIncompleteError, labelsAmongImagesError } from "../errors.js";
import type { NotFinitePolicy } from "../volume/finite.js";
import type { Grid } from "../volume/grid.js";
import { datasetOf, listVisible } from "./case-list.js";
import { loadImageFile, loadLabelFile, type DecodeVolume } from "./volume-files.js";

/** Options of data sets in which every image is one file. */
export interface FolderOptions {
  readonly images: string;
  readonly labels: string | null;
  readonly labelSuffix: string | null;
  readonly notFinite: NotFinitePolicy;
}

const folder = z.string().transform((text) => text.replace(/^\.?\/+|\/+$|^\.$/g, ""));

/** The fields of {@link FolderOptions}: the only place of their defaults and descriptions. */
export const folderFields: { readonly [Key in keyof FolderOptions]: z.ZodType<FolderOptions[Key], FolderOptions[Key] | undefined> } = {
  images: folder.default("").describe("Folder of the images within the data set; folders in it are read, too. Default: the data set's own folder"),
  labels: folder.nullable().default(null).describe("Folder of the label files within the data set; a label has its image's name, with labelSuffix where one is set"),
  labelSuffix: z.string().min(1).nullable().default(null).describe('What a label\'s name has after its image\'s, e.g. "_seg" for case1_seg beside case1'),
  notFinite: z.enum(["error", "zero"]).default("error").describe("NaN and infinite voxels: refuse the volume, or read them as 0"),
};

/** A kind of image file. */
export interface FileFormat {
  /** For messages, e.g. "*.nii or *.nii.gz". */
  readonly pattern: string;
  /** Matches the ending of its names. */
  readonly ending: RegExp;
  readonly decode: DecodeVolume;
  /** Where the voxels lie, without reading them all if the format allows it. */
  readGrid(bytes: Uint8Array, file: string): Promise<Grid>;
}

interface CaseFiles {
  readonly image: string;
  readonly label: string | undefined;
}

/**
 * Opens a folder in which every image is a case, its id the path within the folder without the ending.
 * @throws SSL3D_DATASET_EMPTY, SSL3D_DATASET_DUPLICATE, SSL3D_DATASET_LABELS_AMONG_IMAGES; SSL3D_DATASET_INCOMPLETE for a
 * label without its image
 */
export async function openFolder(source: FileSource, options: FolderOptions, format: FileFormat): Promise<Dataset> {
  const { images, labels, labelSuffix, notFinite } = options;
  const paths = await listVisible(source);
  const isLabel = (path: string): boolean => {
    if (labels !== null) return isWithin(path, labels);
    return labelSuffix !== null && path.replace(format.ending, "").endsWith(labelSuffix);
  };
  const files = paths.filter((path) => format.ending.test(path));
  const imageFiles = byId(files.filter((path) => isWithin(path, images) && !isLabel(path)), images, "", format);
  const labelFiles = byId(files.filter(isLabel), labels ?? images, labelSuffix ?? "", format);
  if (imageFiles.size === 0) {
    throw datasetEmptyError(source.label, `${format.pattern}${images === "" ? "" : ` in ${images}/`}`, paths.length);
  }
  const mistaken = [...imageFiles.values()].map(labelFolderOf).find((found) => found !== undefined);
  if (mistaken !== undefined) throw labelsAmongImagesError(source.label, mistaken);
  for (const [id, label] of labelFiles) {
    if (!imageFiles.has(id)) throw datasetIncompleteError(id, `an image to its label "${label}"`);
  }
  const cases = new Map([...imageFiles].map(([id, image]): [string, CaseFiles] => [id, { image, label: labelFiles.get(id) }]));
  return datasetOf<CaseFiles>({
    source,
    cases,
    isLabelled: ({ label }) => label !== undefined,
    loadImage: (id, { image }) => loadImageFile(source, image, id, format.decode, notFinite),
    async loadTruth(id, { image, label }) {
      const grid = await format.readGrid(await source.read(image), image);
      return loadLabelFile(source, label!, id, format.decode, grid);
    },
  });
}

/** The folder on a path that is called after labels: pretraining on masks is a mistake that nothing else would show. */
function labelFolderOf(path: string): string | undefined {
  const folders = path.split("/").slice(0, -1);
  const at = folders.findIndex((name) => /^(labels?|masks?|segmentations?)([-_]?(tr|ts))?$/i.test(name));
  return at < 0 ? undefined : folders.slice(0, at + 1).join("/");
}

function isWithin(path: string, folderPath: string): boolean {
  return folderPath === "" || path.startsWith(`${folderPath}/`);
}

function byId(paths: readonly string[], root: string, suffix: string, { ending }: FileFormat): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of paths) {
    const name = path.slice(root === "" ? 0 : root.length + 1).replace(ending, "");
    const id = suffix !== "" && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
    const other = found.get(id);
    if (other !== undefined) throw datasetDuplicateError(id, other, path);
    found.set(id, path);
  }
  return found;
}
