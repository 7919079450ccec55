// tfjs-core alone registers no gradients in Node; tfjs-layers registers them all on import.
import "@tensorflow/tfjs-layers";
import { getGradient, type GradConfig } from "@tensorflow/tfjs-core";

/** Makes sure that tfjs knows the gradients of its operations. Call it before taking a gradient outside the training loop. */
export function registerGradients(): void {
  const registered = getGradient("Add") as GradConfig | undefined;
  if (registered === undefined) throw new Error("tfjs-layers is loaded but no gradients are registered: two copies of tfjs-core?");
}
