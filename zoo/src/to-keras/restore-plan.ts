import type { ConversionReport } from "../conversion-report.js";
import { weightsDiffer } from "./errors.js";
import type { FolderContent } from "./folder-content.js";
import type { PlannedGroup } from "./keras-plan.js";

/**
 * The groups, names and order of the Keras file that a folder was converted from. What the file stored twice is stored twice again.
 * @throws SSL3D_KERAS_WEIGHTS_DIFFER where the folder's weights are not those that came from the file
 */
export function restorePlan({ label, weights }: Pick<FolderContent, "label" | "weights">, { layout, tensors }: ConversionReport): PlannedGroup[] {
  const places = new Map(tensors.map(({ source, destination }) => [source, destination]));
  const groups = layout.map(({ group, weights: names }): PlannedGroup => {
    const isHere = (name: string): boolean => names.every((weight) => places.has(`${name}/${weight}`));
    // shared networks are stored once for each use; the first use was taken over
    const origin = isHere(group) ? group : layout.find((other) => other.weights.join() === names.join() && isHere(other.group))?.group;
    if (origin === undefined) throw weightsDiffer(label, "conversion.json", `nothing for the layer "${group}"`);
    return { name: group, weights: names.map((name) => ({ name, place: places.get(`${origin}/${name}`)! })) };
  });
  const used = new Set(groups.flatMap((group) => group.weights.map(({ place }) => place)));
  for (const { destination, shape } of tensors) {
    const array = weights.get(destination);
    if (array?.shape.join() !== shape.join()) {
      throw weightsDiffer(label, "conversion.json", `${array === undefined ? "none" : `one of shape [${array.shape.join(", ")}]`} for "${destination}" of shape [${shape.join(", ")}]`);
    }
  }
  const left = [...weights.keys()].find((place) => !used.has(place));
  if (left !== undefined) throw weightsDiffer(label, "conversion.json", `"${left}", which did not come from the Keras file`);
  return groups;
}
