import { shapeText } from "@ssl3d/core";
import { weightsDiffer } from "./errors.js";
import type { FolderContent } from "./folder-content.js";

/**
 * Holds a folder's weights against those that one of its files tells of: all of them, in their shapes, and no others.
 * @param description the file, for the message
 * @param expected every weight's shape by its place in the folder
 * @param stranger why a weight at another place does not belong
 * @throws SSL3D_KERAS_WEIGHTS_DIFFER
 */
export function checkWeights(
  { label, weights }: Pick<FolderContent, "label" | "weights">,
  description: string,
  expected: ReadonlyMap<string, readonly number[]>,
  stranger: string,
): void {
  for (const [place, shape] of expected) {
    const array = weights.get(place);
    if (array?.shape.join() !== shape.join()) {
      throw weightsDiffer(label, description, `${array === undefined ? "none" : `one of shape ${shapeText(array.shape)}`} for "${place}" of shape ${shapeText(shape)}`);
    }
  }
  const left = [...weights.keys()].find((place) => !expected.has(place));
  if (left !== undefined) throw weightsDiffer(label, description, `"${left}", which ${stranger}`);
}
