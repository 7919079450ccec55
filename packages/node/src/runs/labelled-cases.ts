import { isSsl3dError, Ssl3dError, type Dataset, type FinetuneConfig, type HeadPlugin, type Random } from "@ssl3d/core";
import { holdOut, requireCases, selectCases } from "./cases.js";

/** Labelled cases by what they are used for; each part is sorted. */
export interface LabelledSplit {
  readonly training: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

/**
 * Splits labelled cases by the run's seed. The test cases are set aside first, so they are the same whatever the number of
 * labels; then the labelled budget is drawn from the rest, and validation cases from that.
 * @throws SSL3D_CASES_TOO_FEW, SSL3D_CASE_UNKNOWN
 */
export function splitLabelled(
  dataset: Dataset,
  testSet: Dataset | undefined,
  config: Pick<FinetuneConfig, "data" | "validationFraction">,
  root: Random,
): LabelledSplit {
  const { data } = config;
  const labelled = labelledIds(dataset);
  requireCases(labelled, 1, "labelled cases", data.path);
  const { kept, held } =
    testSet === undefined
      ? holdOut(labelled, data.testFraction, root.split("test cases"))
      : { kept: labelled, held: labelledIds(testSet) };
  if (testSet !== undefined) requireCases(held, 1, "labelled cases", data.test ?? "");
  const budget = draw(kept, data.labels, data.path, root.split("labelled cases"));
  const parts = holdOut(budget, config.validationFraction, root.split("validation cases"));
  return { training: parts.kept, validation: parts.held, test: held };
}

/**
 * Has a head of whole images look at the truths of these cases, which takes no image: a class that it lacks is told before the
 * training, not when a test case is scored after it. Other heads' truths are not read here.
 * @throws what the head throws, with the case's id in front
 */
export async function requireTruths(head: HeadPlugin, options: unknown, dataset: Dataset, ids: readonly string[]): Promise<void> {
  if (head.predicts !== "image") return;
  for (const id of ids) {
    const truth = await dataset.loadTruth(id);
    try {
      head.classPrior?.([truth], options);
    } catch (error) {
      if (!isSsl3dError(error)) throw error;
      const { code, message, fix, fault, facts } = error;
      throw new Ssl3dError({ code, message: `Case "${id}": ${message}`, fix, fault, facts: { ...facts, caseId: id }, cause: error });
    }
  }
}

function labelledIds(dataset: Dataset): string[] {
  return dataset.cases.filter(({ labelled }) => labelled).map(({ id }) => id);
}

function draw(ids: readonly string[], labels: FinetuneConfig["data"]["labels"], folder: string, random: Random): readonly string[] {
  if (typeof labels !== "number") return selectCases(ids, labels, folder);
  requireCases(ids, labels, "labelled cases for training", folder);
  return random.shuffle([...ids].sort()).slice(0, labels).sort();
}
