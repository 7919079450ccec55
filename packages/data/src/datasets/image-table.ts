import { defineDataset, type Dataset, type DatasetPlugin, type FileSource } from "@ssl3d/core";
import { z } from "zod";
import { datasetEmptyError, tableFormatError, tableRowsError } from "../errors.js";
import { readImage } from "../image/read-image.js";
import { readNifti } from "../nifti/read-nifti.js";
import type { NotFinitePolicy } from "../volume/finite.js";
import { datasetOf, listVisible } from "./case-list.js";
import { parseCsv, type CsvRow } from "./csv.js";
import { folderFields } from "./folder-dataset.js";
import { loadImageFile } from "./volume-files.js";

/** Options of {@link imageTable}. */
export interface ImageTableOptions {
  readonly table: string | null;
  readonly images: string;
  readonly idColumn: string | null;
  readonly labelColumn: string | null;
  readonly classes: readonly string[] | null;
  readonly missingImages: "error" | "skip";
  readonly notFinite: NotFinitePolicy;
}

/** What the columns are called in Kaggle's retinopathy tables (2019 and 2015), and commonly. */
const ID_COLUMNS = ["id_code", "image", "id", "file", "filename"];
const LABEL_COLUMNS = ["diagnosis", "level", "label", "class", "grade"];

const ENDING = /\.(png|jpe?g|nii(\.gz)?)$/i;

interface CaseRow {
  readonly image: string;
  readonly label: number | undefined;
}

/**
 * Images with their classes in a table, as Kaggle's retinopathy data sets have them: one row an image, its name (with or without
 * ending) in one column and its class in another. A row without a class is an unlabelled case.
 */
export const imageTable: DatasetPlugin<"image-table", ImageTableOptions> = defineDataset({
  name: "image-table",
  summary: "Images (.png, .jpg, .nii) with their classes in a CSV table, such as Kaggle's retinopathy: id_code, diagnosis or image, level",
  ranks: [2, 3],
  options: z.strictObject({
    table: z.string().min(1).nullable().default(null).describe("The table within the data set; null takes the only .csv there"),
    images: folderFields.images,
    idColumn: z.string().nullable().default(null).describe(`Column of the image's name; null looks for ${ID_COLUMNS.join(", ")}`),
    labelColumn: z.string().nullable().default(null).describe(`Column of the class; null looks for ${LABEL_COLUMNS.join(", ")}`),
    classes: z.array(z.string()).min(2).readonly().nullable().default(null).describe("Names of the classes in the table, in the order of their numbers; null expects numbers from 0"),
    missingImages: z.enum(["error", "skip"]).default("error").describe("Rows whose image is not there: refuse the table, or leave them out"),
    notFinite: folderFields.notFinite,
  }),
  references: ["https://www.kaggle.com/c/diabetic-retinopathy-detection", "https://www.kaggle.com/c/aptos2019-blindness-detection"],
  open: openTable,
});

async function openTable(source: FileSource, options: ImageTableOptions): Promise<Dataset> {
  const paths = await listVisible(source);
  const table = chooseTable(source, paths, options.table);
  const [header, ...rows] = parseCsv(new TextDecoder().decode(await source.read(table)));
  if (header === undefined) throw tableFormatError(table, "it is empty");
  const idAt = columnAt(table, header, options.idColumn, ID_COLUMNS, "the image's name", "idColumn");
  const labelAt = columnAt(table, header, options.labelColumn, LABEL_COLUMNS, "the class", "labelColumn");
  const images = imagesByName(paths, options.images);
  const cases = new Map<string, CaseRow>();
  const taken = new Set<string>();
  const faults: string[] = [];
  for (const { line, cells } of rows) {
    const id = cells[idAt] ?? "";
    const [image, other] = images.get(id) ?? images.get(id.replace(ENDING, "")) ?? [];
    const label = readLabel(cells[labelAt] ?? "", options.classes);
    const fault = (reason: string): unknown => faults.push(`line ${line} (${id === "" ? "no name" : id}): ${reason}`);
    if (cells.length !== header.cells.length) fault(`it has ${cells.length} cells, the header ${header.cells.length}`);
    else if (id === "") fault("the image's name is missing");
    else if (typeof label === "string") fault(label);
    else if (other !== undefined) fault(`there are several images of that name (${image!}, ${other}); give it with its folder and ending`);
    else if (cases.has(id) || taken.has(image ?? "")) fault("the image has a row already");
    else if (image !== undefined) {
      cases.set(id, { image, label });
      taken.add(image);
    } else if (options.missingImages === "error") fault(`there is no image of that name${options.images === "" ? "" : ` in ${options.images}`}`);
  }
  if (faults.length > 0) throw tableRowsError(table, faults);
  if (cases.size === 0) throw datasetEmptyError(source.label, `the images of the rows of ${table}`, paths.length);
  return datasetOf<CaseRow>({
    source,
    cases,
    isLabelled: ({ label }) => label !== undefined,
    loadImage: (id, { image }) => loadImageFile(source, image, id, /\.nii(\.gz)?$/i.test(image) ? readNifti : readImage, options.notFinite),
    loadTruth: (_, { label }) => Promise.resolve(label!),
  });
}

function chooseTable(source: FileSource, paths: readonly string[], named: string | null): string {
  const tables = paths.filter((path) => /\.csv$/i.test(path));
  if (named !== null) {
    if (!paths.includes(named)) throw tableFormatError(named, `it is not in ${source.label}, which has ${tables.length === 0 ? "no .csv file" : tables.join(", ")}`);
    return named;
  }
  const [only, second] = tables;
  if (only === undefined) throw datasetEmptyError(source.label, "a .csv table and images", paths.length);
  if (second !== undefined) throw tableFormatError(only, `it is one of several tables in ${source.label} (${tables.join(", ")}); the option table says which`);
  return only;
}

function columnAt(table: string, { cells }: CsvRow, named: string | null, known: readonly string[], meaning: string, option: string): number {
  const wanted = named === null ? known : [named];
  const lower = cells.map((cell) => cell.toLowerCase());
  const at = wanted.map((name) => lower.indexOf(name.toLowerCase())).find((place) => place >= 0);
  if (at === undefined)
    throw tableFormatError(table, `it has no column of ${meaning} (looked for ${wanted.join(", ")}; it has ${cells.join(", ")}); the option ${option} names it`);
  return at;
}

/** Images by their name, with and without folder, with and without ending. Ids may hold dots. */
function imagesByName(paths: readonly string[], folder: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const path of paths) {
    if (!ENDING.test(path) || (folder !== "" && !path.startsWith(`${folder}/`))) continue;
    const name = path.slice(path.lastIndexOf("/") + 1);
    for (const key of new Set([path, name, path.replace(ENDING, ""), name.replace(ENDING, "")])) found.set(key, [...(found.get(key) ?? []), path]);
  }
  return found;
}

/** The class of a cell, undefined where it is empty, or what is wrong with it. */
function readLabel(cell: string, classes: readonly string[] | null): number | undefined | string {
  if (cell === "") return undefined;
  if (classes !== null) {
    const at = classes.indexOf(cell);
    return at < 0 ? `the class "${cell}" is none of ${classes.join(", ")}` : at;
  }
  return /^\d+(\.0+)?$/.test(cell) ? Number(cell) : `the class "${cell}" is no whole number from 0`;
}
