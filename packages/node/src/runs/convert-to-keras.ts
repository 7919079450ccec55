import type { ConvertedFiles, KerasExportReport } from "@ssl3d/zoo";
import { access, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { cpu } from "../engine/cpu.js";
import { writeFileAtomic } from "../files/atomic.js";
import { folderFiles, readBytes } from "../files/folder-files.js";
import { inputIsFile, kerasFileExists, kerasFileIsFolder, kerasFileName } from "./convert-errors.js";
import { writing } from "./write-converted.js";
import { parseJson } from "./encoder-folder.js";
import { taskNotFound } from "./errors.js";
import { readTasks } from "./task-folder.js";

/** What {@link convertToKeras} reads and writes. */
export interface ToKerasRequest {
  /** Run folder, encoder folder or converted folder. */
  readonly folder: string;
  /** HDF5 file to write. */
  readonly output: string;
  /** Which task of a mix. */
  readonly task?: string;
  /** Replaces a file that is there. */
  readonly overwrite?: boolean;
}

/**
 * Writes a folder's network as a Keras 2 weights file, which appears complete or not at all.
 * @throws as `toKeras` of @ssl3d/zoo; SSL3D_NOT_A_FOLDER, SSL3D_TASK_NOT_FOUND, SSL3D_READ_FAILED, SSL3D_DAMAGED_FILE,
 * SSL3D_CONVERSION_EXISTS, SSL3D_KERAS_FILE_NAME, SSL3D_WRITE_FAILED
 */
export async function convertToKeras({ folder, output, task, overwrite = false }: ToKerasRequest): Promise<KerasExportReport> {
  if ((await stat(folder).catch(() => undefined))?.isFile() === true) throw inputIsFile(folder);
  const found = await stat(output).catch(() => undefined);
  if (found?.isDirectory() === true) throw kerasFileIsFolder(output);
  if (!/\.(hdf5|h5)$/i.test(output)) throw kerasFileName(output);
  if (found !== undefined && !overwrite) throw kerasFileExists(output);
  const files = await readNetwork(folder, task);
  // loaded when it is needed: it brings a reader of HDF5 along
  const { toKeras } = await import("@ssl3d/zoo");
  await cpu.activate({});
  const { bytes, report } = await toKeras(files, folder);
  await writing(output, "file", () => writeFileAtomic(output, bytes));
  return report;
}

/** The files of a folder's network under the names that a converted folder has for them. */
async function readNetwork(folder: string, task: string | undefined): Promise<ConvertedFiles> {
  await folderFiles(folder);
  const files: Record<string, Uint8Array | string> = {};
  const readPart = async (from: string, to: string, description: string): Promise<void> => {
    const path = join(from, description);
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) return;
    files[`${to}${description}`] = text;
    const { weights } = parseJson(text, path) as { readonly weights?: { readonly file?: unknown } };
    if (typeof weights?.file === "string") files[`${to}${weights.file}`] = await readBytes(join(from, weights.file));
  };
  const isOpen = await access(join(folder, "contract.json")).then(
    () => true,
    () => false,
  );
  await readPart(isOpen ? folder : join(folder, "encoder"), "", "contract.json");
  await readPart(join(folder, "head"), "head/", "head.json");
  const tasks = await readTasks(folder);
  const chosen = tasks.length === 1 && task === undefined ? tasks[0] : tasks.find(({ key }) => key === task);
  if (chosen === undefined && (tasks.length > 0 || task !== undefined)) throw taskNotFound(folder, task, tasks.map(({ key }) => key));
  if (chosen !== undefined) await readPart(chosen.folder, "task/", "task.json");
  const conversion = await readFile(join(folder, "conversion.json"), "utf8").catch(() => undefined);
  return { ...files, ...(conversion !== undefined && { "conversion.json": conversion }) };
}
