import type { CaseInfo, Dataset, FileSource, Volume } from "@ssl3d/core";
import { datasetCaseError, datasetNoTruthError } from "../errors.js";

/** What every data set of files must be able to do for a case that exists. */
export interface CaseLoader<Files> {
  readonly source: FileSource;
  /** Cases by id. */
  readonly cases: ReadonlyMap<string, Files>;
  isLabelled(files: Files): boolean;
  loadImage(id: string, files: Files): Promise<Volume>;
  loadTruth(id: string, files: Files): ReturnType<Dataset["loadTruth"]>;
}

/** A data set over a list of cases, sorted by id; unknown ids and missing truths get coded errors. */
export function datasetOf<Files>(loader: CaseLoader<Files>): Dataset {
  const { source, cases } = loader;
  // by code units, not by locale: the order must be the same everywhere
  const ids = [...cases.keys()].sort((a, b) => (a < b ? -1 : 1));
  const filesOf = (id: string): Files => {
    const files = cases.get(id);
    if (files === undefined) throw datasetCaseError(id, source.label);
    return files;
  };
  return {
    cases: ids.map((id): CaseInfo => ({ id, labelled: loader.isLabelled(filesOf(id)) })),
    async loadImage(id) {
      return loader.loadImage(id, filesOf(id));
    },
    async loadTruth(id) {
      const files = filesOf(id);
      if (!loader.isLabelled(files)) throw datasetNoTruthError(id, source.label);
      return loader.loadTruth(id, files);
    },
  };
}

/** The files of a source without hidden ones, such as the ._ twins that macOS leaves in archives. */
export async function listVisible(source: FileSource): Promise<string[]> {
  const paths = await source.list();
  return paths.filter((path) => !path.split("/").some((part) => part.startsWith("."))).sort();
}
