import type { ConversionReport } from "../conversion-report.js";
import { checkWeights } from "./check-weights.js";
import { weightsDiffer } from "./errors.js";
import type { FolderContent } from "./folder-content.js";
import type { PlannedGroup } from "./keras-plan.js";

/**
 * The groups, names and order of the Keras file that a folder was converted from. What the file stored twice is stored twice again.
 * @throws SSL3D_KERAS_WEIGHTS_DIFFER where the folder's weights are not those that came from the file
 */
export function restorePlan(content: Pick<FolderContent, "label" | "weights">, { layout, tensors }: ConversionReport): PlannedGroup[] {
  const places = new Map(tensors.map(({ source, destination }) => [source, destination]));
  const groups = layout.map(({ group, weights: names }): PlannedGroup => {
    const isHere = (name: string): boolean => names.every((weight) => places.has(`${name}/${weight}`));
    // shared networks are stored once for each use; the first use was taken over
    const origin = isHere(group) ? group : layout.find((other) => other.weights.join() === names.join() && isHere(other.group))?.group;
    if (origin === undefined) throw weightsDiffer(content.label, "conversion.json", `nothing for the layer "${group}"`);
    return { name: group, weights: names.map((name) => ({ name, place: places.get(`${origin}/${name}`)! })) };
  });
  checkWeights(content, "conversion.json", new Map(tensors.map(({ destination, shape }) => [destination, shape])), "did not come from the Keras file");
  return groups;
}
